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
  # 这个版本的 kconfig 遇到同一个选项的两行，认先来的，所以先去掉 defconfig 里的。
  local symbols
  symbols=$(sed -nE 's/^(# )?(CONFIG_[A-Z0-9_]+)( is not set|=.*)$/\2/p' "$root/lab/busybox.config")
  grep -vwF "$symbols" .config > merged
  grep -E '^(CONFIG_|# CONFIG_)' "$root/lab/busybox.config" >> merged
  mv merged .config
  { yes '' || :; } | make -s oldconfig
  local line
  while read -r line; do
    # 依赖的选项关了，“不要”的会整行没有，那也算数。
    case $line in
      CONFIG_*) grep -qxF "$line" .config || { echo "busybox 没有接受 busybox.config 里的 $line"; false; } ;;
      '# CONFIG_'*) ! grep -q "^${line:2:-11}=y" .config || { echo "busybox 没有接受 busybox.config 里的 $line"; false; } ;;
    esac
  done < "$root/lab/busybox.config"
  make -s -j"$jobs" CC="$(result libc)/bin/cc" HOSTCC=gcc KCONFIG_NOTIMESTAMP=1
  make -s busybox.links CC="$(result libc)/bin/cc"
  mkdir "$out/licenses"
  cp busybox busybox.links "$out/"
  cp .config "$out/config"
  cp LICENSE "$out/licenses/busybox-LICENSE.txt"
}
