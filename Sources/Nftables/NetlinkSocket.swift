internal import CNetfilter
internal import Glibc
internal import Netlink

/// A socket for questions to nf_tables whose answers are long (netlink(7)).
struct NetlinkSocket: ~Copyable {
    /// The kernel fills 32 KiB at most, and more with each answer as long as there is room.
    private static let bufferSize = 1 << 18

    private let file: Int32
    private let buffer: UnsafeMutableRawBufferPointer
    private var sequence: UInt32 = 0

    /// Whether anybody changed the kernel's tables while they were listed.
    private(set) var wasDisturbed = false

    /// Opens a socket in the calling thread's network namespace.
    init() throws(KernelError) {
        let file = socket(
            AF_NETLINK,
            Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue),
            NETLINK_NETFILTER
        )
        guard file >= 0 else { throw .failed("socket", errno: errno) }
        self.file = file
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
        // The kernel answers at once; this only guards against waiting for ever.
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            file,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &patience,
            socklen_t(MemoryLayout<timeval>.size)
        )
    }

    deinit {
        close(file)
        buffer.deallocate()
    }

    /// Sends a request, and hands over the messages of its answer.
    ///
    /// What is gone since it was asked for is a disturbance, no error; an element that is asked for by
    /// its key may be missing.
    mutating func ask(
        _ request: Request,
        each: (Message) throws(UnreadableMessage) -> Void
    ) throws(KernelError) {
        switch try exchange(request.bytes, each: each) {
        case 0: break
        case ENOENT where !request.kind.isList: break
        case ENOENT, EINTR: wasDisturbed = true
        case let number: throw .failed("\(request.kind)", errno: number)
        }
    }

    /// Sends a request to connection tracking, and hands over the messages of its answer; returns 0
    /// or an errno.
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
            // Of a message that is too long for the buffer, the length is returned all the same.
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
