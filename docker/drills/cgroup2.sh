#!/usr/bin/env bash
# A Docker engine on cgroup v2, on a machine that has v1: Debian's own kernel and docker.io in an emulated machine.
# docker/drills/cgroup2.sh FOLDER builds it once in FOLDER (5 GB), starts it, and says how to use it. Needs root, Debian, and
# qemu-system-x86, debootstrap, busybox-static, cpio; no KVM, so everything in it is some forty times slower.
set -euo pipefail

FOLDER=${1:?a folder for the machine}
PORT=${CGROUP2_PORT:-12375}
SUITE=bookworm
MODULES=(virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk
  crc16 crc32c_generic libcrc32c mbcache jbd2 ext4 failover net_failover virtio_net)

mkdir -p "$FOLDER"
cd "$FOLDER"

fetch_kernel() {
  local package
  package=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: //p')
  apt-get download "$package"
  dpkg-deb -x "$package"_*.deb kernel
}

# The smallest system that mounts the disk: without udev, each module by its name.
make_first_system() {
  local module
  mkdir -p first/{bin,proc,sys,dev,root,modules}
  cp "$(command -v busybox)" first/bin/busybox
  for module in "${MODULES[@]}"; do
    find kernel/lib/modules -name "$module.ko" -exec cp {} first/modules/ \;
  done
  cat >first/init <<INIT
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev
for module in ${MODULES[*]}; do insmod /modules/\$module.ko; done
mount -t ext4 /dev/vda /root
for place in dev proc sys; do mount --move /\$place /root/\$place; done
exec switch_root /root /sbin/machine
INIT
  chmod +x first/init
  (cd first && find . | cpio -o -H newc | gzip) >first.gz
}

make_disk() {
  local version
  debootstrap --variant=minbase --include=docker.io,iptables,iproute2,kmod "$SUITE" disk
  version=$(ls kernel/lib/modules)
  cp -a kernel/lib/modules disk/lib/
  chroot disk depmod "$version"
  cat >disk/sbin/machine <<'MACHINE'
#!/bin/bash
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -o remount,rw /
mkdir -p /dev/pts /dev/shm
for place in /run /tmp /dev/shm; do mount -t tmpfs tmpfs "$place"; done
mount -t devpts devpts /dev/pts
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p /sys/fs/cgroup/services
echo $$ >/sys/fs/cgroup/services/cgroup.procs
echo "+cpu +cpuset +memory +pids +io" >/sys/fs/cgroup/cgroup.subtree_control
modprobe overlay
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
uname -a
exec dockerd --host unix:///var/run/docker.sock --host tcp://0.0.0.0:2375 --tls=false --bridge=none \
  --iptables=false --ip6tables=false --ip-masq=false --ip-forward=false
MACHINE
  chmod +x disk/sbin/machine
  truncate -s 6G disk.part
  mkfs.ext4 -q -d disk disk.part
  rm -rf disk
  mv disk.part disk.img
}

[[ -d kernel ]] || fetch_kernel
[[ -f first.gz ]] || make_first_system
[[ -f disk.img ]] || make_disk

qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 2048 -nographic -no-reboot \
  -kernel kernel/boot/vmlinuz-* -initrd first.gz -append "console=ttyS0 quiet" \
  -drive file=disk.img,format=raw,if=virtio,cache=unsafe \
  -netdev "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:$PORT-:2375" -device virtio-net-pci,netdev=net \
  </dev/null >console.log 2>&1 &
machine=$!
for ((second = 0; second < 300; second++)); do
  if docker --host "tcp://127.0.0.1:$PORT" version >/dev/null 2>&1; then
    docker --host "tcp://127.0.0.1:$PORT" info --format 'cgroup v{{.CgroupVersion}}'
    echo "DOCKER_HOST=tcp://127.0.0.1:$PORT; end it with: kill $machine"
    exit
  fi
  kill -0 "$machine" || break
  sleep 1
done
echo "the machine does not answer; see $FOLDER/console.log" >&2
exit 1
