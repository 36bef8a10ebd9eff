internal import CNftables

/// Reads the complaints that libnftables writes about a script.
///
/// Each complaint begins with a place, `/proc/self/fd/0:LINE:FIRST-LAST: `, or with `netlink: ` or
/// `internal:0:0-0: `. The command and a line of carets follow. Each command is one line of the
/// script, so the line's number gives the command.
struct ComplaintReader {
    private let script = String(cString: cnft_script_path) + ":"
    private var complaints: [KernelError.Complaint] = []

    /// The longest line, in bytes, that a complaint quotes; commands that add elements can be huge.
    private static let longestQuotation = 240

    /// Returns the complaints with the texts of libnftables, without the script's path.
    consuming func complaints(in errors: String) -> [KernelError.Complaint] {
        var expectsNew = true
        var skipsQuotation = false
        for line in errors.utf8.split(separator: UInt8(ascii: "\n")).map(Substring.init) {
            if let (number, part, words) = place(startingIn: line) {
                complaints.append(.init(command: number - 1, part: part, text: String(words)))
                (expectsNew, skipsQuotation) = (false, false)
            } else if expectsNew || hasNoPlace(line) {
                complaints.append(.init(command: nil, text: String(line)))
                (expectsNew, skipsQuotation) = (false, false)
            } else {
                skipsQuotation = skipsQuotation || line.utf8.count > Self.longestQuotation
                if !skipsQuotation { complaints[complaints.count - 1].text += "\n" + line }
            }
        }
        return complaints
    }

    private func place(
        startingIn line: Substring
    ) -> (line: Int, part: ClosedRange<Int>?, words: Substring)? {
        guard line.hasPrefix(script) else { return nil }
        let rest = line.dropFirst(script.count)
        let parts = rest.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let number = Int(parts[0]), number > 0 else { return nil }
        let columns = parts[1].split(separator: "-").compactMap { Int($0) }
        let part =
            columns.count == 2 && 0 < columns[0] && columns[0] <= columns[1]
            ? columns[0] - 1...columns[1] - 1 : nil
        return (number, part, parts[2].drop { $0 == " " })
    }

    private func hasNoPlace(_ line: Substring) -> Bool {
        line.hasPrefix("netlink: ") || line.hasPrefix("internal:")
    }
}
