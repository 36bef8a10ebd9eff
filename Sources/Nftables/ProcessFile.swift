internal import Glibc
public import RulesetModel

/// Files in which the kernel describes a process (proc(5)).
enum ProcessFile {
    /// The command line; empty if it can't be read.
    static func commandLine(of process: Int32) -> [String] {
        contents(of: "cmdline", process).split(separator: 0)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The first 4096 bytes of a process's file; empty if it can't be read.
    static func contents(of name: String, _ process: Int32) -> ArraySlice<UInt8> {
        let file = open("/proc/\(process)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &bytes, bytes.count)
        return bytes.prefix(max(0, count))
    }
}

extension TransactionAuthor {
    /// The same author with the command line of its process, if that still runs.
    ///
    /// The id is that of the initial PID namespace, and can be another process's meanwhile, or here. So
    /// the command line counts only if the process has the author's name.
    public var withCommand: TransactionAuthor {
        guard let process = Int32(exactly: process) else { return self }
        let name = ProcessFile.contents(of: "comm", process).prefix { $0 != UInt8(ascii: "\n") }
        guard String(decoding: name, as: UTF8.self) == self.name else { return self }
        var author = self
        author.command = ProcessFile.commandLine(of: process)
        return author
    }
}
