# 根文件系统：busybox、工具、书里的程序和 lab/root，做成 cpio。不用 root：设备和属主由 gen_init_cpio 写。
title=根文件系统
needs=(kernel busybox strace tcpdump ss programs)
inputs=(lab/root/**/*)
for item in "${!inputs[@]}"; do [ -f "${inputs[$item]}" ] || unset "inputs[$item]"; done
# 内容之外，能不能执行也算。
versions() { local file; for file in "${inputs[@]}"; do [ ! -x "$file" ] || echo "$file"; done; }
build() {
  local folder file name
  {
    for folder in /bin /sbin /etc /dev /lab /proc /progs /run /sys /usr /usr/bin /usr/sbin /var; do echo "dir $folder 0755 0 0"; done
    echo "dir /tmp 1777 0 0"
    echo "dir /home 0755 0 0"
    echo "dir /home/reader 0755 1000 1000"
    echo "slink /root /home/reader 0777 0 0"
    echo "nod /dev/console 0600 0 0 c 5 1"
    echo "nod /dev/null 0666 0 0 c 1 3"
    echo "file /bin/busybox $(result busybox)/busybox 0755 0 0"
    grep -vx /bin/busybox "$(result busybox)/busybox.links" | sort | while read -r name; do echo "slink $name /bin/busybox 0777 0 0"; done
    for name in strace tcpdump ss; do echo "file /usr/bin/$name $(result $name)/$name 0755 0 0"; done
    for file in "$(result programs)"/*; do [ ! -f "$file" ] || echo "file /progs/${file##*/} $file 0755 0 0"; done
    (cd "$root/lab/root" && find . -type f | sort) | while read -r name; do
      if [ -x "$root/lab/root/$name" ]; then echo "file ${name#.} $root/lab/root/$name 0755 0 0"
      else echo "file ${name#.} $root/lab/root/$name 0644 0 0"; fi
    done
  } > list
  "$(result kernel)/gen_init_cpio" -t "$SOURCE_DATE_EPOCH" list > root.cpio
  gzip -9n < root.cpio > "$out/root.cpio.gz"
}
