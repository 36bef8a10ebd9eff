import Testing

@testable import Nftables

struct ComplaintReaderTests {
    static func complaints(_ errors: String) -> [KernelError.Complaint] {
        ComplaintReader().complaints(in: errors)
    }

    @Test func `the line is the command`() {
        let complaints = Self.complaints(
            """
            /proc/self/fd/0:2:12-16: Error: Could not process rule: File exists
            add chain inet t in
                       ^^^^^
            /proc/self/fd/0:14:1-3: Error: syntax error, unexpected string
            foo
            ^^^

            """
        )
        #expect(
            complaints == [
                .init(
                    command: 1,
                    text: """
                        Error: Could not process rule: File exists
                        add chain inet t in
                                   ^^^^^
                        """
                ),
                .init(
                    command: 13,
                    text: "Error: syntax error, unexpected string\nfoo\n^^^"
                ),
            ]
        )
    }

    @Test func `complaints without a place stand alone`() {
        let complaints = Self.complaints(
            """
            netlink: Error: Could not process rule: Message too long
            internal:0:0-0: Error: Could not process rule: No such file or directory
            /proc/self/fd/0:1:1-2: Error: x
            """
        )
        #expect(complaints.map(\.command) == [nil, nil, 0])
        #expect(complaints[0].text == "netlink: Error: Could not process rule: Message too long")
    }

    @Test(
        arguments: [
            "out of memory", "/proc/self/fd/0:", "/proc/self/fd/0:x:1-2: Error",
            "/proc/self/fd/0:0:1-2: Error", "/proc/self/fd/0:99999999999999999999:1-2: E",
        ]
    )
    func `words of any other shape are kept whole`(words: String) {
        #expect(Self.complaints(words) == [.init(command: nil, text: words)])
    }

    @Test func `no words, no complaints`() {
        #expect(Self.complaints("") == [])
        #expect(Self.complaints("\n\n") == [])
    }
}
