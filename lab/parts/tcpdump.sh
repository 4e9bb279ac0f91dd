# tcpdump 和它用的 libpcap，静态链接，只留 Linux 的套接字这一种抓法。
title=tcpdump
from=(src:libpcap src:tcpdump)
needs=(libc)
versions() { gcc -dumpfullversion; }
build() {
  local cc small
  cc=$(result libc)/bin/cc
  small="-Os -ffunction-sections -fdata-sections"
  unpack src libpcap libpcap
  unpack src tcpdump tcpdump
  cd libpcap
  ./configure --host=i386-linux-musl --build=x86_64-linux-gnu CC="$cc" AR=ar RANLIB=ranlib CFLAGS="$small" \
    --with-pcap=linux --disable-shared --disable-usb --disable-bluetooth --disable-dbus --disable-rdma --without-libnl
  make -s -j"$jobs" libpcap.a
  cd ../tcpdump
  # -include fcntl.h：配置时没有找到 capsicum 的那条路上漏了它，glibc 碰巧不缺。
  ./configure --host=i386-linux-musl --build=x86_64-linux-gnu CC="$cc" CFLAGS="$small -include fcntl.h" \
    LDFLAGS="-static -Wl,--gc-sections" --without-crypto --without-smi --without-cap-ng --disable-smb
  make -s -j"$jobs" tcpdump
  mkdir "$out/licenses"
  strip -o "$out/tcpdump" tcpdump
  cp LICENSE "$out/licenses/tcpdump-LICENSE.txt"
  cp ../libpcap/LICENSE "$out/licenses/libpcap-LICENSE.txt"
}
