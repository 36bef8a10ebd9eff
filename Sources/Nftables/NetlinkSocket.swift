internal import CNetfilter
internal import Glibc
internal import Netlink

/// A socket for requests to netfilter (netlink(7)).
struct NetlinkSocket: ~Copyable {
    /// The size of a buffer for lists, in bytes.
    ///
    /// The kernel fills at least 32 KiB, and more with each answer if there is room.
    static let listBufferSize = 1 << 18

    /// The size of a buffer for one message, in bytes; the kernel's own limit
    /// (NLMSG_GOODSIZE).
    static let queryBufferSize = 1 << 13

    private let file: Int32
    private let buffer: UnsafeMutableRawBufferPointer
    private var sequence: UInt32 = 0

    /// Whether anybody changed the kernel's tables while they were listed.
    private(set) var wasDisturbed = false

    /// Opens a socket in the calling thread's network namespace.
    init(bufferSize: Int = listBufferSize) throws(KernelError) {
        let file = socket(
            AF_NETLINK,
            Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue),
            NETLINK_NETFILTER
        )
        guard file >= 0 else { throw .failed("socket", errno: errno) }
        self.file = file
        buffer = .allocate(byteCount: bufferSize, alignment: 16)
        // The kernel answers within send(2), so the timeout only prevents an endless wait.
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            file,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &timeout,
            socklen_t(MemoryLayout<timeval>.size)
        )
    }

    deinit {
        close(file)
        buffer.deallocate()
    }

    /// Sends a query and returns what the kernel answers; `nil` if the kernel has nothing of that
    /// name (ENOENT).
    mutating func answer<Description>(
        to query: NetlinkQuery<Description>
    ) throws(KernelError) -> Description? {
        sequence += 1
        guard let bytes = query.bytes(sequence: sequence) else {
            throw .failed(query.name, errno: ENAMETOOLONG)
        }
        try send(bytes)
        while true {
            switch query.answer(in: try receive(), sequence: sequence) {
            case nil: continue
            case .description(let description): return description
            case .failure(ENOENT): return nil
            case .failure(let number): throw .failed(query.name, errno: number)
            case .malformed: throw .failed(query.name, errno: EPROTO)
            }
        }
    }

    /// Sends a request, and calls a closure with each message of its answer.
    ///
    /// An object that disappears before the request arrives is a disturbance and no error; an
    /// element that is asked for by its key may be missing.
    mutating func ask(
        _ request: NetlinkRequest,
        each: (Message) throws(UnreadableMessage) -> Void
    ) throws(KernelError) {
        switch try exchange(request.bytes, each: each) {
        case 0: break
        case ENOENT where !request.kind.isList: break
        case ENOENT, EINTR: wasDisturbed = true
        case let number: throw .failed("\(request.kind)", errno: number)
        }
    }

    /// Sends a request to connection tracking, and calls a closure with each message of its answer.
    ///
    /// - Returns: 0 or an errno.
    mutating func ask(
        _ request: FlowRequest,
        each: (Message) throws(UnreadableMessage) -> Void
    ) throws(KernelError) -> Int32 {
        try exchange(request.bytes, each: each)
    }

    private mutating func exchange(
        _ bytes: (_ sequence: UInt32) -> [UInt8],
        each: (Message) throws(UnreadableMessage) -> Void
    ) throws(KernelError) -> Int32 {
        sequence += 1
        try send(bytes(sequence))
        var end: Int32?
        while end == nil {
            let datagram = try receive()
            do throws(UnreadableMessage) {
                try Message.readAll(datagram) { (message) throws(UnreadableMessage) in
                    guard message.sequence == sequence, end == nil else { return }
                    if message.isInterrupted { wasDisturbed = true }
                    if case .end(let number) = message.kind {
                        end = number
                    } else {
                        try each(message)
                    }
                }
            } catch {
                throw .unreadableListing(error.reason)
            }
        }
        return end ?? 0
    }

    private func send(_ bytes: [UInt8]) throws(KernelError) {
        while Glibc.send(file, bytes, bytes.count, 0) < 0 {
            guard errno == EINTR else { throw .failed("send", errno: errno) }
        }
    }

    private func receive() throws(KernelError) -> UnsafeRawBufferPointer {
        while true {
            // MSG_TRUNC: the length is the message's own even if the buffer is too short for it.
            let count = recv(file, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .failed("recv", errno: errno) }
            guard count > 0, count <= buffer.count else {
                throw .unreadableListing("a message of \(count) bytes")
            }
            return UnsafeRawBufferPointer(rebasing: buffer[..<count])
        }
    }
}
