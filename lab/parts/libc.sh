# musl 和它的编译器包装，给下面几个 C 程序用。Rust 的程序用 rustup 带的 musl。
# 结果：include、lib、bin/cc（换了文件夹也能用：路径从它自己的位置算）。
title="C 库"
from=(src:musl)
needs=(kernel)
inputs=(lab/strerror.h)
versions() { gcc -dumpfullversion; }
build() {
  unpack src musl musl
  cd musl
  cp "$root/lab/strerror.h" src/errno/__strerror.h
  ./configure --target=i386 --prefix=/ --disable-shared --disable-wrapper CC="gcc -m32" AR=ar RANLIB=ranlib CFLAGS=-Os
  make -s -j"$jobs"
  make -s DESTDIR="$out" install
  cp -r "$(result kernel)/include/." "$out/include/"
  mkdir -p "$out/bin" "$out/licenses"
  cp COPYRIGHT "$out/licenses/musl-COPYRIGHT.txt"
  cat > "$out/lib/musl.specs" <<'SPECS'
%rename cpp_options old_cpp_options

*cpp_options:
-nostdinc -isystem %:getenv(LAB_LIBC /include) -isystem include%s %(old_cpp_options)

*cc1:
%(cc1_cpu) -nostdinc -isystem %:getenv(LAB_LIBC /include) -isystem include%s

*link_libgcc:
-L%:getenv(LAB_LIBC /lib) -L .%s

*libgcc:
libgcc.a%s

*startfile:
%:getenv(LAB_LIBC /lib/crt1.o) %:getenv(LAB_LIBC /lib/crti.o) crtbeginT.o%s

*endfile:
crtend.o%s %:getenv(LAB_LIBC /lib/crtn.o)

*link:
-m elf_i386 -nostdlib -static

*esp_link:


*esp_options:


*esp_cpp_options:


SPECS
  cat > "$out/bin/cc" <<'CC'
#!/bin/sh
LAB_LIBC=$(cd "$(dirname "$0")/.." && pwd)
export LAB_LIBC
exec gcc -m32 -march=i686 -fno-pie -no-pie -static -specs "$LAB_LIBC/lib/musl.specs" "$@"
CC
  chmod +x "$out/bin/cc"
}
