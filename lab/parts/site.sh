# 页面要的全部文件，放成 mdBook 要带上的样子：lab/<内容的哈希>/ 和 lab/NOTICE.txt、lab/licenses、lab/config。
title=页面的文件
needs=(kernel libc busybox strace tcpdump ss programs root npm state sessions)
inputs=(lab/guest.mjs lab/notice.mjs lab/sources.tsv lab/kernel.config lab/busybox.config)
for item in lab/player.mjs lab/transcript.mjs lab/page/*.mjs lab/page/*.css; do [ ! -f "$item" ] || inputs+=("$item"); done
# 用的不是 sources.tsv 里的版本时，NOTICE 也要跟着变。
versions() {
  local kind name
  while IFS=$'\t' read -r kind name _; do case $kind in deb | src) actual "$kind" "$name" ;; esac; done < lab/sources.tsv
  rustc -V; gcc --version | head -n 1; node --version
}
build() {
  local file part folder kind name
  mkdir -p files "$out/lab/licenses" "$out/lab/config"
  for file in guest.mjs player.mjs transcript.mjs; do
    [ ! -f "$root/lab/$file" ] || cp "$root/lab/$file" files/
  done
  for file in "$root"/lab/page/*.mjs "$root"/lab/page/*.css; do cp "$file" files/; done
  rm -f files/head.mjs
  cp "$(result npm)"/*.mjs "$(result npm)"/*.wasm "$(result npm)"/*.css files/
  # 不是每个网站都肯压缩 wasm，所以带上压好的；node 用原来的。
  gzip -9nk files/v86.wasm
  cp "$(result state)/state.zst" "$(result sessions)/sessions.json" files/

  while IFS=$'\t' read -r kind name _; do
    case $kind in deb | src) printf '%s\t%s\t%s\n' "$kind" "$name" "$(actual "$kind" "$name")" ;; esac
  done < "$root/lab/sources.tsv" > sources.tsv
  (cd "$(result programs)" && find . -maxdepth 1 -type f -printf '%f\n' | sort) > programs
  { rustc -V; gcc --version | head -n 1; node --version; } > tools
  node "$root/lab/notice.mjs" machine files sources.tsv "$root/lab/package-lock.json" programs tools > machine.json
  mv machine.json files/
  node "$root/lab/notice.mjs" notice files sources.tsv "$root/lab/package-lock.json" programs tools > "$out/lab/NOTICE.txt"

  for part in kernel libc busybox strace tcpdump ss programs state npm; do cp -r "$(result $part)/licenses/." "$out/lab/licenses/"; done
  cp "$(result kernel)/config" "$out/lab/config/linux.config"
  cp "$(result busybox)/config" "$out/lab/config/busybox.config"

  folder=$(cd files && sha256sum -- * | sha256sum | cut -c1-12)
  mv files "$out/lab/$folder"
  node "$root/lab/notice.mjs" summary "$out/lab/$folder" sources.tsv "$root/lab/package-lock.json" programs tools > "$out/summary"
}
