# 内核：tinyconfig 加 kernel.config。结果：bzImage、最后的配置、用户态的头文件、做 cpio 的小程序。
title=内核
from=(deb:linux-source-6.1)
inputs=(lab/kernel.config)
versions() { gcc -dumpfullversion; }
build() {
  unpack deb linux-source-6.1 deb
  tar xJf deb/usr/src/linux-source-6.1.tar.xz
  rm -r deb
  cd linux-source-6.1
  export ARCH=i386 KBUILD_BUILD_TIMESTAMP="@$SOURCE_DATE_EPOCH" KBUILD_BUILD_USER=lab KBUILD_BUILD_HOST=lab KBUILD_BUILD_VERSION=1
  make -s tinyconfig
  scripts/kconfig/merge_config.sh -m .config "$root/lab/kernel.config"
  make -s olddefconfig
  # 依赖不满足的选项，kconfig 会悄悄丢掉。
  local option lost=0
  while read -r option; do
    grep -qxF "$option" .config || { echo "内核没有接受 kernel.config 里的 $option"; lost=1; }
  done < <(grep -E '^(CONFIG_|# CONFIG_)' "$root/lab/kernel.config" | grep -v ' is not set$')
  [ $lost = 0 ]
  make -s -j"$jobs" bzImage
  make -s headers
  mkdir "$out/include" "$out/licenses"
  cp arch/x86/boot/bzImage "$out/"
  cp .config "$out/config"
  (cd usr/include && find . -name '*.h' -print0 | tar --null -T - -cf -) | tar -C "$out/include" -xf -
  gcc -O2 -o "$out/gen_init_cpio" usr/gen_init_cpio.c
  cp COPYING "$out/licenses/linux-COPYING.txt"
  cp LICENSES/preferred/GPL-2.0 "$out/licenses/GPL-2.0.txt"
  cp LICENSES/exceptions/Linux-syscall-note "$out/licenses/linux-syscall-note.txt"
}
