# busybox：init、shell 和小命令。defconfig 减去 busybox.config 里不要的。
title=busybox
from=(src:busybox)
needs=(libc)
inputs=(lab/busybox.config)
versions() { gcc -dumpfullversion; }
build() {
  unpack src busybox busybox
  cd busybox
  make -s defconfig
  # 这个版本的 kconfig 认最后一行；没说的按默认。
  grep -vxF -f <(sed -nE 's/^# (CONFIG_[A-Z0-9_]+) is not set$/\1=y/p; s/^(CONFIG_[A-Z0-9_]+)=.*/# \1 is not set/p' "$root/lab/busybox.config") \
    .config > merged
  grep -E '^(CONFIG_|# CONFIG_)' "$root/lab/busybox.config" >> merged
  mv merged .config
  { yes '' || :; } | make -s oldconfig
  make -s -j"$jobs" CC="$(result libc)/bin/cc" HOSTCC=gcc KCONFIG_NOTIMESTAMP=1
  make -s busybox.links CC="$(result libc)/bin/cc"
  mkdir "$out/licenses"
  cp busybox busybox.links "$out/"
  cp .config "$out/config"
  cp LICENSE "$out/licenses/busybox-LICENSE.txt"
}
