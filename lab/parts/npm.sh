# npm 的包：模拟器 v86 和终端 xterm.js，版本和校验和都锁在 package-lock.json 里。
title="npm 的包"
inputs=(lab/package.json lab/package-lock.json)
build() {
  cp "$root/lab/package.json" "$root/lab/package-lock.json" .
  npm ci --ignore-scripts --no-audit --no-fund
  mkdir "$out/licenses"
  cp node_modules/v86/build/libv86.mjs "$out/v86.mjs"
  cp node_modules/v86/build/v86.wasm "$out/"
  cp node_modules/@xterm/xterm/lib/xterm.mjs node_modules/@xterm/xterm/css/xterm.css "$out/"
  cp node_modules/@xterm/addon-fit/lib/addon-fit.mjs "$out/"
  # 源码映射没有带上，指向它的那一行也去掉，浏览器的开发者工具才不会报缺文件。
  sed -i '/^\/\/# sourceMappingURL=/d' "$out"/*.mjs
  cp node_modules/v86/LICENSE "$out/licenses/v86-LICENSE.txt"
  cp node_modules/@xterm/xterm/LICENSE "$out/licenses/xterm-LICENSE.txt"
  cp node_modules/@xterm/addon-fit/LICENSE "$out/licenses/xterm-addon-fit-LICENSE.txt"
}
