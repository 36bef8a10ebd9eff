internal import CNftables

/// Reads the complaints that libnftables writes about a script.
///
/// Each begins with a place, `/proc/self/fd/0:LINE:FIRST-LAST: `, or with `netlink: ` or
/// `internal:0:0-0: `; the command and a line of carets below it follow. One command a line makes
/// the line the command.
struct ComplaintReader {
    private let script = String(cString: cnft_script_path) + ":"
    private var complaints: [KernelError.Complaint] = []

    /// A command that adds elements can be as long as a book.
    private static let longestQuotation = 240

    /// Returns the complaints in libnftables' own words, without the path of our script.
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
