import Glibc
import RulesetModel
import TestSupport
import Testing

@testable import Nftables

/// The kernel's messages about changes, from the kernel.
@Suite(.networkNamespace) struct TableEventsTests {
    let machine = Lab().machine

    private func elements(_ numbers: ClosedRange<Int>) -> String {
        "add element inet t s { \(numbers.map(String.init).joined(separator: ", ")) }"
    }

    @Test func `a transaction is told with its author, and others are not`() throws {
        try machine.nft("table inet t { chain c {}; }")
        var events = try TableEvents(of: "t")
        #expect(try events.read() == TableEvents.Arrivals())
        try machine.nft("table inet other { chain c {}; }")
        #expect(try events.read() == TableEvents.Arrivals())
        try machine.nft("add rule inet t c accept")
        let arrivals = try events.read()
        #expect(arrivals.nameTable && !arrivals.areIncomplete)
        #expect(arrivals.authors.map(\.?.name) == ["nft"])
        try machine.nft("flush ruleset")
        #expect(try events.read().nameTable)
    }

    @Test func `lost messages are told, and later ones arrive`() throws {
        try machine.nft("table inet t { set s { type mark; }; }")
        var events = try TableEvents(of: "t", waitingBytes: 1)
        for first in 0..<20 {
            try machine.nft(elements(first * 1000...first * 1000 + 999))
        }
        let lost = try events.read()
        #expect(lost.areIncomplete && lost.concernTable)
        try machine.nft("add chain inet t c")
        let next = try events.read()
        #expect(next.nameTable && !next.areIncomplete)
        #expect(next.authors.count == 1)
    }

    @Test func `a large transaction that fits nowhere concerns the table`() throws {
        try machine.nft("table inet t { set s { type mark; }; }")
        var events = try TableEvents(of: "t", waitingBytes: 1)
        try machine.nft(elements(0...49_999))
        #expect(try events.read().areIncomplete)
    }

    @Test func `an author who still runs has a command line, another process of that id has not`()
        throws
    {
        let program = try Program(["sleep", "60"])
        defer { program.signal(9) }
        let process = UInt32(program.process)
        let author = TransactionAuthor(process: process, name: "sleep")
        // The new program's name appears with execve(2).
        for _ in 0..<1000 where author.withCommand.command.isEmpty { usleep(5000) }
        #expect(author.withCommand.command == ["sleep", "60"])
        #expect(TransactionAuthor(process: process, name: "nft").withCommand.command.isEmpty)
        #expect(TransactionAuthor(process: .max, name: "sleep").withCommand.command.isEmpty)
    }
}
