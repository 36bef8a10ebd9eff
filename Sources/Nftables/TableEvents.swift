internal import CNetfilter
internal import Glibc
internal import Netlink
public import RulesetModel

/// The kernel's messages about changes of one `inet` table (NFNLGRP_NFTABLES, netlink(7)).
public struct TableEvents: ~Copyable {
    /// What has arrived since the last reading.
    public struct Arrivals: Sendable, Hashable {
        /// Whether a message named the table.
        public var nameTable = false

        /// Whether there were messages that can't be read, or that the kernel had to drop because they were
        /// not read fast enough.
        public var areIncomplete = false

        /// Whether the table may have changed.
        public var concernTable: Bool { nameTable || areIncomplete }

        /// The authors of the transactions that named the table; `nil` for one that is not reported.
        public var authors: [TransactionAuthor?] = []
    }

    /// How many bytes of messages may wait, unless the system's limit is lower (`net.core.rmem_max`).
    ///
    /// Larger transactions lose messages, which is found out, and costs no more than a reading.
    private static let waitingBytes: Int32 = 1 << 20

    /// How many datagrams are read at once: others who write all the time must not keep the caller from
    /// its own work.
    private static let mostDatagrams = 4096

    /// The socket's descriptor, for poll(2).
    public let file: Int32

    private let buffer: UnsafeMutableRawBufferPointer
    private var decoder: TransactionDecoder

    /// Starts to listen in the calling thread's network namespace.
    public init(of table: String) throws(KernelError) {
        try self.init(of: table, waitingBytes: Self.waitingBytes)
    }

    init(of table: String, waitingBytes: Int32) throws(KernelError) {
        let file = socket(
            AF_NETLINK,
            Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
            NETLINK_NETFILTER
        )
        guard file >= 0 else { throw .failed("socket", errno: errno) }
        var bytes = waitingBytes
        setsockopt(file, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        // A socket without an address of its own gets no messages, whatever groups it has joined.
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        address.nl_groups = 1 << (NFNLGRP_NFTABLES.rawValue - 1)
        let error = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, socklen_t(MemoryLayout<sockaddr_nl>.size)) == 0 ? 0 : errno
            }
        }
        guard error == 0 else {
            close(file)
            throw .failed("bind", errno: error)
        }
        self.file = file
        buffer = .allocate(byteCount: NetlinkSocket.listBufferSize, alignment: 16)
        decoder = TransactionDecoder(of: table)
    }

    deinit {
        close(file)
        buffer.deallocate()
    }

    /// Reads what has arrived, without waiting.
    public mutating func read() throws(KernelError) -> Arrivals {
        var arrivals = Arrivals()
        for _ in 0..<Self.mostDatagrams {
            let count = recv(file, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC))
            if count < 0 {
                switch errno {
                case EINTR: continue
                case EAGAIN: return arrivals
                case ENOBUFS:
                    arrivals.areIncomplete = true
                    decoder.reset()
                    continue
                default: throw .failed("recv", errno: errno)
                }
            }
            let datagram = UnsafeRawBufferPointer(
                rebasing: buffer[..<min(count, buffer.count)]
            )
            do throws(UnreadableMessage) {
                let namesTable = try decoder.read(datagram) { arrivals.authors.append($0) }
                if namesTable { arrivals.nameTable = true }
            } catch {
                arrivals.areIncomplete = true
                decoder.reset()
            }
        }
        return arrivals
    }
}
