internal import Glibc

/// The environment variables of this process and of its ancestors.
///
/// sudo and similar programs drop most variables, but the process that called them still has them.
enum Ancestry {
    /// The most ancestors that are searched: systemd, sshd, a shell or two, sudo and what lies
    /// between them are far fewer.
    private static let mostAncestors = 64

    /// The value of a variable in this process or in its nearest ancestor that has it.
    ///
    /// If this process has the variable, its value counts, even an empty one. Only ancestors whose
    /// environment this user may read are searched (proc(5)).
    static func variable(_ name: String) -> String? {
        if let own = getenv(name) { return String(cString: own) }
        var process = getppid()
        for _ in 0..<mostAncestors where process > 0 {
            if let value = value(of: name, in: contents(of: "/proc/\(process)/environ")) {
                return value
            }
            process = parent(of: process)
        }
        return nil
    }

    private static func value(of name: String, in environment: [UInt8]) -> String? {
        let start = Array("\(name)=".utf8)
        return environment.split(separator: 0).first { $0.starts(with: start) }
            .map { String(decoding: $0.dropFirst(start.count), as: UTF8.self) }
    }

    /// The process's parent; 0 if it has none that is visible here.
    private static func parent(of process: pid_t) -> pid_t {
        // The name, in parentheses, can contain anything; the state and the parent come after it.
        let status = contents(of: "/proc/\(process)/stat")
        guard let end = status.lastIndex(of: UInt8(ascii: ")")) else { return 0 }
        let fields = String(decoding: status[end...].dropFirst(), as: UTF8.self)
            .split(separator: " ")
        return fields.count > 1 ? pid_t(fields[1]) ?? 0 : 0
    }

    /// The bytes of a file; empty if it can't be read.
    private static func contents(of path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return all }
            all += part.prefix(count)
        }
    }
}
