"""Attacks through sockets."""

import socket

from kit import attack


@attack
def tcp(it):
    with socket.socket() as connection:
        connection.settimeout(1)
        connection.connect(("127.0.0.1", it.tcp))


@attack
def udp(it):
    with socket.socket(type=socket.SOCK_DGRAM) as connection:
        connection.sendto(b"udp", ("127.0.0.1", it.udp))


@attack
def raw_packets(it):
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()


@attack
def unix_socket(it):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(it.out / "stream"))


@attack
def unix_datagram(it):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
        connection.sendto(b"unix", str(it.out / "datagram"))


@attack
def unix_datagram_by_a_pair(it):
    connection, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    connection.connect(str(it.out / "datagram"))
    connection.send(b"pair")


@attack
def abstract_socket(it):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(f"\0{it.out}")


@attack
def vsock(it):
    socket.socket(40, socket.SOCK_STREAM).close()


@attack
def crypto_socket(it):
    socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET).close()
