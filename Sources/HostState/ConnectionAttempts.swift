public import Addressing
internal import Glibc

/// Opens connections over TCP from this machine to see whether somebody accepts them.
public enum ConnectionAttempts {
    /// What became of an attempt.
    public enum Answer: Sendable, Hashable {
        /// A server accepted the connection, which was closed at once.
        case accepted
        /// It was refused, or could not be made, with an errno.
        case failed(errno: Int32)
        /// Nobody answered in time.
        case silence
    }

    /// Connects to addresses and ports at the same time, and waits for all answers.
    public static func answers(
        of places: [(address: IPAddress, port: Port)],
        within milliseconds: Int32
    ) -> [Answer] {
        var sockets = places.map { open($0.address, $0.port) }
        let end = now + Int(milliseconds)
        while case let rest = end - now, rest > 0 {
            let open = sockets.indices.filter { sockets[$0].answer == nil }
            guard !open.isEmpty else { break }
            var states = open.map {
                pollfd(fd: sockets[$0].file, events: Int16(POLLOUT), revents: 0)
            }
            guard poll(&states, nfds_t(states.count), Int32(rest)) >= 0 else {
                let error = errno
                if error == EINTR { continue }
                for index in open { sockets[index].answer = .failed(errno: error) }
                break
            }
            for (index, state) in zip(open, states) where state.revents != 0 {
                sockets[index].answer = answer(of: state.fd)
            }
        }
        for attempt in sockets where attempt.file >= 0 { close(attempt.file) }
        return sockets.map { $0.answer ?? .silence }
    }

    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    private struct Attempt {
        var file: Int32
        var answer: Answer?
    }

    private static func open(_ address: IPAddress, _ port: Port) -> Attempt {
        let domain = Int32(address.familyNumber)
        let file = socket(
            domain,
            Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
            0
        )
        guard file >= 0 else { return Attempt(file: -1, answer: .failed(errno: errno)) }
        let isConnected = withSocketAddress(address, port) { connect(file, $0, $1) == 0 }
        if isConnected { return Attempt(file: file, answer: .accepted) }
        return Attempt(file: file, answer: errno == EINPROGRESS ? nil : .failed(errno: errno))
    }

    private static func answer(of file: Int32) -> Answer {
        var (error, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        guard getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &size) == 0 else {
            return .failed(errno: errno)
        }
        return error == 0 ? .accepted : .failed(errno: error)
    }

    private static func withSocketAddress<Result>(
        _ address: IPAddress,
        _ port: Port,
        _ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result
    ) -> Result {
        let storage: [UInt8] =
            switch address.family {
            case .ipv4:
                bytes(of: UInt16(AF_INET)) + bytes(of: port.number.bigEndian)
                    + address.networkBytes + [UInt8](repeating: 0, count: 8)
            case .ipv6:
                bytes(of: UInt16(AF_INET6)) + bytes(of: port.number.bigEndian)
                    + bytes(of: UInt32(0)) + address.networkBytes + bytes(of: UInt32(0))
            }
        return storage.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: sockaddr.self) { body($0.baseAddress, socklen_t(raw.count)) }
        }
    }
}
