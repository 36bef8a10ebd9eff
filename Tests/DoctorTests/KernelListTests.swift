import Addressing
import TestSupport
import Testing

@testable import HostState

/// Lists of the kernel that change while they are read.
@Suite(.networkNamespace) struct KernelListTests {
    private let machine = Lab().machine

    @Test func `no address is missing from a list that changes`() throws {
        let stable = 4000
        let first = (0..<50).map { "address add 10.1.255.\($0)/32 dev lo" }
        let rest = (0..<stable).map { "address add 10.2.\($0 / 250).\($0 % 250)/32 dev lo" }
        try machine.ip(["link set lo up"] + first + rest)
        let changes = (0..<50).map { number in
            ["del", "add"].map { "address \($0) 10.1.255.\(number)/32 dev lo\n" }.joined()
        }.joined()
        let batch = try ScratchDirectory()
        try batch.write(changes, to: "batch")
        let line = "while :; do ip -batch '\(batch.path)/batch'; done"
        let writer = try Program(["sh", "-c", line])
        defer { writer.signal(9) }
        for _ in 0..<40 {
            // None at all means that the list is not known.
            guard let lo = InterfaceList.read().first else { continue }
            let count = lo.addresses.count { $0.bits >> 16 == 0x0A02 }
            #expect(count == stable)
        }
    }

    @Test(arguments: [0, 0x10]) func `a message says that the list has changed`(flag: UInt16) throws
    {
        // struct nlmsghdr: the length, the type and the flags, the sequence number and the sender.
        let header = (UInt32(16), UInt16(20), flag | 2, UInt32(1), UInt32(0))
        try withUnsafeBytes(of: header) { bytes in
            var rest = bytes
            let message = try #require(KernelMessage(first: &rest))
            #expect(message.isInterrupted == (flag != 0))
        }
    }
}
