public import Addressing
internal import Glibc

/// What became of a connection.
public enum LabReply: Hashable, Sendable {
    /// A server answered; where it was reached, in its own view.
    case reached(String)
    /// Somebody refused it.
    case refused
    /// Nobody answered in time.
    case silence
    /// Any other failure, by its errno.
    case failed(Int32)
}

extension LabHost {
    /// Connects to an address such as `198.51.100.7:80` or `[fd00::5]:80`, over TCP or UDP, and
    /// returns what the server there says.
    ///
    /// The source is the kernel's choice where it is left out. Patience is how long to wait for
    /// each step, in milliseconds: on a busy machine, an answer can take more than a second.
    public func ask(
        _ transport: TransportProtocol,
        _ target: String,
        from source: String? = nil,
        dscp: CodePoint? = nil,
        patience: Int = 3000
    ) throws -> LabReply {
        let answer = try answer(transport, target, from: source, dscp: dscp, patience: patience)
        guard case .reached(let text) = answer else { return answer }
        return .reached(String(text.prefix { $0 != " " }))
    }

    /// Connects likewise, and returns the address by which the server there was reached.
    public func peer(
        _ transport: TransportProtocol,
        _ target: String,
        from source: String? = nil
    ) throws -> String? {
        let answer = try answer(transport, target, from: source, patience: 1000)
        guard case .reached(let text) = answer, let peer = text.split(separator: " ").last,
            let endpoint = LabEndpoint(String(peer))
        else { return nil }
        return "\(endpoint.address)"
    }

    /// Connects likewise, and returns where the server was reached, and by which address and port,
    /// with a space between.
    public func answer(
        _ transport: TransportProtocol,
        _ target: String,
        from source: String?,
        dscp: CodePoint? = nil,
        patience: Int = 1000
    ) throws -> LabReply {
        guard let target = LabEndpoint(target) else { return .failed(EINVAL) }
        return try run {
            let type = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
            let socket = socket(target.domain, Int32(type.rawValue) | O_CLOEXEC, 0)
            guard socket >= 0 else { return .failed(errno) }
            defer { close(socket) }
            var timeout = timeval(tv_sec: patience / 1000, tv_usec: patience % 1000 * 1000)
            for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
                let size = socklen_t(MemoryLayout<timeval>.size)
                setsockopt(socket, SOL_SOCKET, option, &timeout, size)
            }
            if let dscp {
                let isIPv4 = target.domain == AF_INET
                var byte = Int32(dscp.number) << 2
                setsockopt(
                    socket,
                    Int32(isIPv4 ? IPPROTO_IP : IPPROTO_IPV6),
                    isIPv4 ? IP_TOS : IPV6_TCLASS,
                    &byte,
                    socklen_t(MemoryLayout<Int32>.size)
                )
            }
            if let source = source.flatMap({ LabEndpoint($0) }) {
                guard Self.bind(socket, to: source) else { return .failed(errno) }
            }
            guard target.withSocketAddress({ connect(socket, $0, $1) }) == 0 else {
                return .init(errno: errno)
            }
            if transport == .udp, send(socket, "?", 1, Int32(MSG_NOSIGNAL)) < 0 {
                return .init(errno: errno)
            }
            return Self.answer(from: socket)
        }
    }

    /// Binds a socket; waits a while for one that had the same address.
    ///
    /// A process that another test is just starting has all sockets open until it becomes its program.
    private static func bind(_ socket: Int32, to source: LabEndpoint) -> Bool {
        for _ in 0..<10_000 {
            if source.withSocketAddress({ Glibc.bind(socket, $0, $1) }) == 0 { return true }
            guard errno == EADDRINUSE else { return false }
            usleep(1000)
        }
        return false
    }

    private static func answer(from socket: Int32) -> LabReply {
        withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { buffer in
            let count = recv(socket, buffer.baseAddress, buffer.count, 0)
            guard count >= 0 else { return .init(errno: errno) }
            return .reached(String(decoding: buffer.prefix(count), as: UTF8.self))
        }
    }
}

extension LabReply {
    fileprivate init(errno number: Int32) {
        switch number {
        case ECONNREFUSED, ECONNRESET: self = .refused
        case EAGAIN, EINPROGRESS, ETIMEDOUT: self = .silence
        default: self = .failed(number)
        }
    }
}
