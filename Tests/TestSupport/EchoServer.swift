public import Addressing
internal import Glibc

/// A server that tells whoever asks at which address and port it was reached.
///
/// It serves until it is released.
public final class EchoServer {
    private let stopping: Int32

    /// Creates a server of sockets that are open in some namespace.
    fileprivate init(_ sockets: [EchoSocket]) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw NamespaceThread.Refusal(description: "pipe failed") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        stopping = ends[1]
        let loop = EchoLoop(sockets: sockets, stop: ends[0])
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<EchoLoop>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            Unmanaged.passRetained(loop).toOpaque()
        )
        pthread_detach(thread)
    }

    deinit { close(stopping) }
}

extension LabHost {
    /// Serves TCP and UDP at these ports of all the host's addresses of both families.
    public func serve(ports: some Sequence<UInt16>) throws -> EchoServer {
        try run {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let sockets = try ports.flatMap { port in
                try IPFamily.allCases.flatMap { family in
                    try [SOCK_STREAM, SOCK_DGRAM].map { type in
                        try EchoSocket(family, type, port: port)
                    }
                }
            }
            return try EchoServer(sockets)
        }
    }
}

extension LabHost {
    /// Serves one protocol at one place such as `127.0.0.1:8080`, until the server is released.
    ///
    /// At `[::]`, a TCP server can also take IPv4.
    public func serve(
        _ transport: TransportProtocol,
        at place: String,
        takesBoth: Bool = false
    ) throws -> EchoServer {
        guard let place = LabEndpoint(place) else {
            throw NamespaceThread.Refusal(description: "\(place) is no place for a server")
        }
        return try run {
            let type = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
            // A server that was released takes a moment to give up its port.
            for _ in 0..<1000 {
                if let socket = try? EchoSocket(type, at: place, takesBoth: takesBoth) {
                    return try EchoServer([socket])
                }
                usleep(1000)
            }
            return try EchoServer([EchoSocket(type, at: place, takesBoth: takesBoth)])
        }
    }
}

/// The thread of a server.
private final class EchoLoop {
    private let sockets: [EchoSocket]
    private let stop: Int32

    init(sockets: [EchoSocket], stop: Int32) {
        self.sockets = sockets
        self.stop = stop
    }

    /// Serves until the other end of the pipe is closed.
    func run() {
        var polled = ([stop] + sockets.map(\.number)).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        while true {
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            if polled[0].revents != 0 { break }
            for (socket, state) in zip(sockets, polled.dropFirst()) where state.revents != 0 {
                socket.serve()
            }
        }
        close(stop)
    }
}
