internal import Addressing
internal import Glibc

/// UDP servers that speak on their own: they answer, and go on sending to whoever has asked.
///
/// They end when released.
public final class Chatter {
    private let work: Repetition

    fileprivate init(_ sockets: [UDPSocket], everyMilliseconds pause: Int32) {
        let loop = ChatterLoop(sockets: sockets)
        work = Repetition(every: pause) { loop.step() }
    }

    deinit { work.stop() }
}

/// UDP clients that ask the same server again and again, each from a port of its own.
public final class Talkers {
    private let work: Repetition
    private let loop: TalkerLoop

    fileprivate init(_ sockets: [UDPSocket], to server: LabEndpoint) {
        let loop = TalkerLoop(sockets: sockets, server: server)
        self.loop = loop
        work = Repetition(every: 100) { loop.step() }
    }

    deinit { work.stop() }

    /// What each was told last.
    public var replies: [String] {
        work.locked { loop.replies }
    }

    /// How many replies each has had.
    public var counts: [Int] {
        work.locked { loop.counts }
    }

    /// Waits until a condition holds for what they were told last; false if it does not in time.
    public func wait(upToMilliseconds limit: Int, until holds: ([String]) -> Bool) -> Bool {
        for _ in 0..<(limit / 20) {
            if holds(replies) { return true }
            usleep(20_000)
        }
        return holds(replies)
    }
}

extension LabHost {
    /// Serves UDP at some addresses and ports; each server says its own.
    public func chat(at endpoints: [String], everyMilliseconds pause: Int32) throws -> Chatter {
        Chatter(try run { try endpoints.map { try UDPSocket($0) } }, everyMilliseconds: pause)
    }

    /// Asks a server ten times a second from some ports.
    public func talk(
        to server: String,
        from address: String,
        ports: Range<UInt16>
    ) throws -> Talkers {
        guard let server = LabEndpoint(server) else {
            throw NamespaceThread.Refusal(description: "\(server) is no endpoint")
        }
        let sockets = try run { try ports.map { try UDPSocket("\(address):\($0)") } }
        return Talkers(sockets, to: server)
    }
}

/// A UDP socket for IPv4 that never waits.
private final class UDPSocket {
    let number: Int32
    let name: String

    init(_ name: String) throws {
        self.name = name
        number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        let isBound = LabEndpoint(name)?.withSocketAddress { bind(number, $0, $1) == 0 }
        guard isBound == true else {
            throw NamespaceThread.Refusal(description: "can't bind \(name)")
        }
    }

    deinit { close(number) }

    /// The next packet that has come, and who sent it.
    func receive() -> (text: String, from: sockaddr_in)? {
        var (address, size) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(number, &buffer, buffer.count, 0, $0, &size)
            }
        }
        return count < 0 ? nil : (String(decoding: buffer.prefix(count), as: UTF8.self), address)
    }

    func send(_ text: String, to address: sockaddr_in) {
        var address = address
        withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    number,
                    text,
                    text.utf8.count,
                    0,
                    $0,
                    socklen_t(MemoryLayout<sockaddr_in>.size)
                )
            }
        }
    }
}

private final class ChatterLoop {
    private let sockets: [UDPSocket]
    private var peers: [[UInt64: sockaddr_in]]

    init(sockets: [UDPSocket]) {
        self.sockets = sockets
        peers = sockets.map { _ in [:] }
    }

    func step() {
        for (index, socket) in sockets.enumerated() {
            while let (_, from) = socket.receive() {
                peers[index][UInt64(from.sin_addr.s_addr) << 16 | UInt64(from.sin_port)] = from
            }
            for peer in peers[index].values { socket.send(socket.name, to: peer) }
        }
    }
}

private final class TalkerLoop {
    private let sockets: [UDPSocket]
    private let server: LabEndpoint
    private(set) var replies: [String]
    private(set) var counts: [Int]

    init(sockets: [UDPSocket], server: LabEndpoint) {
        self.sockets = sockets
        self.server = server
        replies = sockets.map { _ in "" }
        counts = sockets.map { _ in 0 }
    }

    func step() {
        for (index, socket) in sockets.enumerated() {
            while let (text, from) = socket.receive() {
                // Not what an old server goes on sending from elsewhere.
                guard UInt16(bigEndian: from.sin_port) == server.port else { continue }
                replies[index] = text
                counts[index] += 1
            }
            server.withSocketAddress { _ = sendto(socket.number, "?", 1, 0, $0, $1) }
        }
    }
}

/// Work that a thread does again and again until it is stopped.
private final class Repetition {
    private final class State: @unchecked Sendable {
        var mutex = pthread_mutex_t()
        var isStopped = false
        let step: () -> Void

        init(_ step: @escaping () -> Void) {
            self.step = step
            pthread_mutex_init(&mutex, nil)
        }

        func locked<Result>(_ body: () -> Result) -> Result {
            pthread_mutex_lock(&mutex)
            defer { pthread_mutex_unlock(&mutex) }
            return body()
        }
    }

    private let state: State
    private let thread: BackgroundThread<Void>

    init(every milliseconds: Int32, _ step: @escaping () -> Void) {
        let state = State(step)
        self.state = state
        thread = BackgroundThread {
            while true {
                let isStopped = state.locked { () -> Bool in
                    if !state.isStopped { state.step() }
                    return state.isStopped
                }
                if isStopped { return }
                usleep(UInt32(milliseconds) * 1000)
            }
        }
    }

    func locked<Result>(_ body: () -> Result) -> Result { state.locked(body) }

    func stop() {
        state.locked { state.isStopped = true }
        _ = try? thread.result()
    }
}
