# strace，静态链接，用它自带的内核头文件。
title=strace
from=(src:strace)
needs=(libc)
versions() { gcc -dumpfullversion; }
build() {
  unpack src strace strace
  cd strace
  ./configure --host=i386-linux-musl --build=x86_64-linux-gnu CC="$(result libc)/bin/cc" CC_FOR_BUILD=gcc \
    CFLAGS="-Os -g0 -ffunction-sections -fdata-sections" LDFLAGS="-static -Wl,--gc-sections" \
    --enable-bundled=yes --enable-mpers=no --enable-stacktrace=no --disable-gcc-Werror
  make -s -j"$jobs" -C bundled
  make -s -j"$jobs" -C src
  mkdir "$out/licenses"
  strip -o "$out/strace" src/strace
  cp COPYING "$out/licenses/strace-COPYING.txt"
  cp LGPL-2.1-or-later "$out/licenses/LGPL-2.1.txt"
}
