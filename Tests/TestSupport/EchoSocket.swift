internal import Addressing
internal import Glibc

/// A listening socket that answers with the address and port at which it was reached, and by whom.
final class EchoSocket {
    /// The descriptor.
    let number: Int32

    private let isStream: Bool
    private let family: IPFamily
    private let port: UInt16

    /// Opens a socket at a port of every address of a family, in the calling thread's namespace.
    convenience init(_ family: IPFamily, _ type: __socket_type, port: UInt16) throws {
        let any = IPAddress(family: family, bits: 0) ?? .loopback(of: family)
        try self.init(type, at: LabEndpoint(any, port))
    }

    /// Opens a socket at one address and port, in the calling thread's namespace.
    ///
    /// A socket of IPv6 that takes IPv4, too, is told by which address it is reached, but can't answer
    /// from it: it is for TCP only.
    init(_ type: __socket_type, at place: LabEndpoint, takesBoth: Bool = false) throws {
        let (family, port) = (place.address.family, place.port)
        (self.family, self.port, isStream) = (family, port, type == SOCK_STREAM)
        let domain = family == .ipv4 ? AF_INET : AF_INET6
        number = socket(domain, Int32(type.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        set(SOL_SOCKET, SO_REUSEADDR)
        if family == .ipv6, !takesBoth { set(Int32(IPPROTO_IPV6), IPV6_V6ONLY) }
        if !isStream {
            if family == .ipv4 {
                set(Int32(IPPROTO_IP), IP_PKTINFO)
            } else {
                set(Int32(IPPROTO_IPV6), IPV6_RECVPKTINFO)
            }
        }
        let isBound = place.withSocketAddress { bind(number, $0, $1) } == 0
        guard isBound, !isStream || listen(number, 64) == 0 else {
            let reason = String(cString: strerror(errno))
            throw NamespaceThread.Refusal(description: "serving \(place): \(reason)")
        }
    }

    deinit { close(number) }

    /// Answers whoever waits.
    func serve() {
        if isStream { acceptOne() } else { answerOne() }
    }

    private func set(_ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        setsockopt(number, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    private func acceptOne() {
        let connection = accept(number, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        guard let here = LabEndpoint(reading: { getsockname(connection, $0, &$1) }),
            let peer = LabEndpoint(reading: { getpeername(connection, $0, &$1) })
        else { return }
        let text = "\(here) \(peer)"
        send(connection, text, text.utf8.count, Int32(MSG_NOSIGNAL))
    }

    /// The destination of a datagram comes as a control message (ip(7), ipv6(7)); sent back with
    /// the answer, it makes that address the answer's source.
    private func answerOne() {
        var peer = sockaddr_storage()
        var payload = [UInt8](repeating: 0, count: 128)
        var control = [UInt8](repeating: 0, count: 128)
        withUnsafeMutablePointer(to: &peer) { peer in
            payload.withUnsafeMutableBytes { payload in
                control.withUnsafeMutableBytes { control in
                    answer(peer, payload, control)
                }
            }
        }
    }

    private func answer(
        _ peer: UnsafeMutableRawPointer,
        _ payload: UnsafeMutableRawBufferPointer,
        _ control: UnsafeMutableRawBufferPointer
    ) {
        var part = iovec(iov_base: payload.baseAddress, iov_len: payload.count)
        withUnsafeMutablePointer(to: &part) { part in
            var message = msghdr()
            message.msg_name = peer
            message.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
            message.msg_iov = part
            message.msg_iovlen = 1
            message.msg_control = control.baseAddress
            message.msg_controllen = control.count
            guard recvmsg(number, &message, 0) >= 0, let address = destination(in: control),
                let peer = LabEndpoint(peer.load(as: sockaddr_storage.self))
            else { return }
            let text = Array("\(LabEndpoint(address, port)) \(peer)".utf8)
            payload.copyBytes(from: text)
            part.pointee.iov_len = text.count
            sendmsg(number, &message, 0)
        }
    }

    /// Reads where a datagram went, and makes it the address to answer from.
    ///
    /// After a `struct cmsghdr` comes `struct in_pktinfo`, which is an interface, the address to
    /// answer from and the destination, or `struct in6_pktinfo`: the destination and an interface.
    private func destination(in control: UnsafeMutableRawBufferPointer) -> IPAddress? {
        let start = MemoryLayout<cmsghdr>.size
        switch family {
        case .ipv4:
            let address = IPAddress(bytes: .init(rebasing: control[start + 8..<start + 12]))
            control.storeBytes(of: 0, toByteOffset: start, as: Int32.self)
            for index in 0..<4 { control[start + 4 + index] = control[start + 8 + index] }
            return address
        case .ipv6:
            let address = IPAddress(bytes: .init(rebasing: control[start..<start + 16]))
            control.storeBytes(of: 0, toByteOffset: start + 16, as: Int32.self)
            return address
        }
    }
}
