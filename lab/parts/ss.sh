# ss：iproute2 里只做这一个，静态链接。
title=ss
from=(src:iproute2)
needs=(libc)
versions() { gcc -dumpfullversion; }
build() {
  unpack src iproute2 iproute2
  cd iproute2
  PKG_CONFIG=false CC="$(result libc)/bin/cc" AR=ar ./configure
  make -s SUBDIRS="lib misc" TARGETS=ss HOSTCC=gcc LDFLAGS="-static -Wl,--gc-sections" \
    CCOPTS="-Os -ffunction-sections -fdata-sections -include limits.h"
  mkdir "$out/licenses"
  strip -o "$out/ss" misc/ss
  cp COPYING "$out/licenses/iproute2-COPYING.txt"
}
