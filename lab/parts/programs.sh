# 书里的程序：listings 里的文件原样，编译给 i686 的 musl。
# 小，但行为照 cargo run 的：debug_assertions 和溢出检查开着，panic 会展开（打印到断了的标准输出，以 101 退出）。
title=书里的程序
# 系统错误的文字照 glibc 的（见 strerror.h），与读者自己机器上的一样。
inputs=(lab/strerror.c lab/strerror.h Cargo.toml Cargo.lock listings/*/Cargo.toml listings/*/src/**/*.rs)
versions() { rustc -vV; gcc -dumpfullversion; }
build() {
  export CARGO_PROFILE_RELEASE_OPT_LEVEL=z CARGO_PROFILE_RELEASE_LTO=fat CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1
  export CARGO_PROFILE_RELEASE_STRIP=symbols CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=true CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS=true
  export CARGO_TARGET_DIR=$cache/cargo
  # cargo 看参数变没变，不看文件里的，所以内容写在名字里；别的程序就不用重做。
  local strerror
  strerror=$CARGO_TARGET_DIR/strerror-$(cat "$root"/lab/strerror.[ch] | sha256sum | cut -c1-16).o
  mkdir -p "$CARGO_TARGET_DIR"
  gcc -m32 -march=i686 -Os -ffreestanding -fno-pic -fno-stack-protector -c "$root/lab/strerror.c" -o "$strerror"
  # 装了 rust-src 的工具链会把它自己的位置写进程序，换成没有装的写的那个，哪台机器做的都一样。
  local sysroot commit flags
  sysroot=$(rustc --print sysroot)
  commit=$(rustc -vV | sed -n 's/^commit-hash: //p')
  flags=(-C "link-arg=$strerror" -C link-arg=-Wl,--wrap=__xpg_strerror_r "--remap-path-prefix=$sysroot/lib/rustlib/src/rust=/rustc/$commit")
  # 路径里可能有空格，所以用 cargo 的分隔符。
  CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; printf '%s' "${flags[*]}")
  export CARGO_ENCODED_RUSTFLAGS
  (cd "$root" && cargo build --release --locked --bins --workspace --exclude book-tests \
    --target i686-unknown-linux-musl --message-format=json-render-diagnostics) > messages.json
  # 程序的路径由 cargo 说，不猜。
  node -e '
    const lines = require("fs").readFileSync("messages.json", "utf8").trim().split("\n").map((line) => JSON.parse(line));
    for (const { executable } of lines) if (executable) console.log(executable);
  ' > executables
  local program
  while read -r program; do cp "$program" "$out/"; done < executables
  [ -e "$out/hello_server" ]
  # 程序里有标准库。许可证在工具链里；装得少的工具链没有，NOTICE 里写着名字。
  mkdir "$out/licenses"
  local text
  text=$(rustc --print sysroot)/share/doc/rust/COPYRIGHT-library.html
  [ ! -f "$text" ] || cp "$text" "$out/licenses/rust-std-COPYRIGHT.txt"
}
