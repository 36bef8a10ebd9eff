import Testing

@testable import Nftables

struct ComplaintReaderTests {
    static func complaints(_ errors: String) -> [KernelError.Complaint] {
        ComplaintReader().complaints(in: errors)
    }

    @Test func `the line number gives the command`() {
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
                    part: 11...15,
                    text: """
                        Error: Could not process rule: File exists
                        add chain inet t in
                                   ^^^^^
                        """
                ),
                .init(
                    command: 13,
                    part: 0...2,
                    text: "Error: syntax error, unexpected string\nfoo\n^^^"
                ),
            ]
        )
    }

    @Test func `a very long command is not quoted`() {
        let command = "add element inet t m { \(String(repeating: "1 : 2, ", count: 400)) }"
        let complaints = Self.complaints(
            """
            /proc/self/fd/0:7:23-26: Error: Could not process rule: File exists
            \(command)
            \(String(repeating: " ", count: 22))^^^^
            /proc/self/fd/0:8:1-1: Error: x
            y
            """
        )
        let text = "Error: Could not process rule: File exists"
        #expect(
            complaints == [
                .init(command: 6, part: 22...25, text: text),
                .init(command: 7, part: 0...0, text: "Error: x\ny"),
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
    func `other texts are kept unchanged`(words: String) {
        #expect(Self.complaints(words) == [.init(command: nil, text: words)])
    }

    @Test func `an empty text has no complaints`() {
        #expect(Self.complaints("") == [])
        #expect(Self.complaints("\n\n") == [])
    }
}
