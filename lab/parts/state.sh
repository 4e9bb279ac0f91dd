# 存下的状态：在 node 里开机到提示符，存下整台机器，压缩。
title=存下的状态
from=(deb:seabios)
needs=(kernel root npm)
inputs=(lab/save.mjs lab/guest.mjs)
build() {
  unpack deb seabios seabios
  node "$root/lab/save.mjs" "$(result npm)/v86.mjs" "$(result npm)/v86.wasm" seabios/usr/share/seabios/bios.bin \
    "$(result kernel)/bzImage" "$(result root)/root.cpio.gz" state
  # 窗口比 8 MiB 大，程序之间重复的标准库才压得掉；浏览器里的解压认到 128 MiB。
  zstd -q -19 --long=25 -T"$jobs" state -o "$out/state.zst"
  mkdir "$out/licenses"
  cp seabios/usr/share/doc/seabios/copyright "$out/licenses/seabios-copyright.txt"
  cp /usr/share/common-licenses/LGPL-3 "$out/licenses/LGPL-3.txt"
  cp /usr/share/common-licenses/GPL-3 "$out/licenses/GPL-3.txt"
}
