internal import CNetfilter
internal import Glibc

/// A socket for questions about the network (rtnetlink(7), sock_diag(7)).
struct KernelSocket: ~Copyable {
    private static let bufferSize = 1 << 17

    /// How often a list is read that changes meanwhile.
    private static let mostReadings = 10

    private let file: Int32
    private let buffer: UnsafeMutableRawBufferPointer
    private var sequence: UInt32 = 0

    /// Opens a socket in the calling thread's network namespace; `nil` on failure.
    init?(_ kind: Int32) {
        let file = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), kind)
        guard file >= 0 else { return nil }
        self.file = file
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
        // The kernel answers within send(2), so the timeout only prevents an endless wait.
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(file)
        buffer.deallocate()
    }

    /// Asks for a list, and reads each of its entries; what is not read as an entry is left out.
    ///
    /// - Returns: The entries; empty if the errno is not 0, which is EINTR if the list changed each time
    ///   that it was read.
    mutating func list<Entry>(
        _ type: Int,
        _ body: [UInt8],
        _ read: (KernelMessage) -> Entry?
    ) -> ([Entry], errno: Int32) {
        for _ in 0..<Self.mostReadings {
            var (entries, isWhole) = ([Entry](), true)
            let error = ask(type, flags: NLM_F_ROOT | NLM_F_MATCH, body) { message in
                if message.isInterrupted { isWhole = false }
                if message.end == nil, let entry = read(message) { entries.append(entry) }
            }
            guard error == 0 else { return ([], error) }
            if isWhole { return (entries, 0) }
        }
        return ([], EINTR)
    }

    /// Asks a question that has one answer; `nil` and an errno if the kernel refuses it.
    mutating func answer<Result>(
        _ type: Int,
        _ body: [UInt8],
        _ read: (KernelMessage) -> Result?
    ) -> (Result?, errno: Int32) {
        var result: Result?
        let error = ask(type, flags: 0, body) { result = read($0) }
        return (result, error)
    }

    private mutating func ask(
        _ type: Int,
        flags: Int32,
        _ body: [UInt8],
        each: (KernelMessage) -> Void
    ) -> Int32 {
        sequence += 1
        let header = nlmsghdr(
            nlmsg_len: UInt32(MemoryLayout<nlmsghdr>.size + body.count),
            nlmsg_type: UInt16(type),
            nlmsg_flags: UInt16(NLM_F_REQUEST | flags),
            nlmsg_seq: sequence,
            nlmsg_pid: 0
        )
        let bytes = withUnsafeBytes(of: header) { Array($0) } + body
        while send(file, bytes, bytes.count, 0) < 0 {
            guard errno == EINTR else { return errno }
        }
        while true {
            let count = recv(file, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return errno }
            guard count <= buffer.count else { return EMSGSIZE }
            var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            while let message = KernelMessage(first: &rest) {
                guard message.sequence == sequence else { continue }
                if let end = message.end {
                    // The last message, too, can say that the list has changed.
                    if flags & NLM_F_MATCH != 0 { each(message) }
                    return end
                }
                each(message)
                // Without this flag, the answer is one message.
                if flags & NLM_F_MATCH == 0 { return 0 }
            }
        }
    }
}

/// One message of an answer.
struct KernelMessage {
    let type: Int
    let sequence: UInt32

    /// Whether a list has changed while it was read, so that entries may be missing (NLM_F_DUMP_INTR).
    let isInterrupted: Bool

    /// What follows the header.
    let body: UnsafeRawBufferPointer

    /// Takes the first message off a datagram; `nil` if no whole one is left.
    init?(first rest: inout UnsafeRawBufferPointer) {
        let size = MemoryLayout<nlmsghdr>.size
        guard rest.count >= size else { return nil }
        let header = rest.loadUnaligned(as: nlmsghdr.self)
        let length = Int(header.nlmsg_len)
        guard length >= size, length <= rest.count else { return nil }
        type = Int(header.nlmsg_type)
        sequence = header.nlmsg_seq
        isInterrupted = Int32(header.nlmsg_flags) & NLM_F_DUMP_INTR != 0
        body = UnsafeRawBufferPointer(rebasing: rest[size..<length])
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst((length + 3) & ~3))
    }

    /// The errno with which an answer ends, 0 for success; `nil` if the message is part of the answer.
    var end: Int32? {
        guard type == Int(NLMSG_DONE) || type == Int(NLMSG_ERROR) else { return nil }
        guard body.count >= MemoryLayout<Int32>.size else { return 0 }
        return abs(body.loadUnaligned(as: Int32.self))
    }

    /// The fixed part of the message; `nil` if it is shorter.
    func head<Head: BitwiseCopyable>(_ type: Head.Type) -> Head? {
        guard body.count >= MemoryLayout<Head>.size else { return nil }
        return body.loadUnaligned(as: type)
    }

    /// The attributes after the fixed part, by their numbers; the last one of a number counts.
    func attributes(after head: Int) -> [Int: UnsafeRawBufferPointer] {
        Self.attributes(UnsafeRawBufferPointer(rebasing: body.dropFirst((head + 3) & ~3)))
    }

    /// The attributes in a value (`struct rtattr`).
    static func attributes(_ bytes: UnsafeRawBufferPointer) -> [Int: UnsafeRawBufferPointer] {
        var (rest, found) = (bytes, [Int: UnsafeRawBufferPointer]())
        while rest.count >= 4 {
            let length = Int(rest.loadUnaligned(as: UInt16.self))
            guard length >= 4, length <= rest.count else { break }
            // The two upper bits say that the value is nested, or in network byte order.
            let type = Int(rest.loadUnaligned(fromByteOffset: 2, as: UInt16.self) & 0x3FFF)
            found[type] = UnsafeRawBufferPointer(rebasing: rest[4..<length])
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst((length + 3) & ~3))
        }
        return found
    }
}

extension UnsafeRawBufferPointer {
    /// The number in an attribute; `nil` if it has another width.
    func number<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) -> Number? {
        count == MemoryLayout<Number>.size ? loadUnaligned(as: type) : nil
    }

    /// The text in an attribute.
    var text: String { String(decoding: prefix { $0 != 0 }, as: UTF8.self) }
}

/// The bytes of a structure of the kernel's interface.
func bytes(of structure: some BitwiseCopyable) -> [UInt8] {
    withUnsafeBytes(of: structure) { Array($0) }
}
