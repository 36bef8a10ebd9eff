import Glibc

/// Environment variables of this process and of those that it comes from.
///
/// sudo and others drop most variables, but the process that called them still has them.
enum Ancestry {
    /// systemd, sshd, a shell or two, sudo and what lies between are far fewer.
    private static let furthest = 64

    /// The value of a variable in this process or in the nearest of its ancestors that has it.
    ///
    /// Where this process has it, that one counts, even when it is empty. Of ancestors, those count
    /// whose environment this user may read (proc(5)).
    static func variable(_ name: String) -> String? {
        if let own = Environment[name] { return own }
        var process = getppid()
        for _ in 0..<furthest where process > 0 {
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

    /// The process's parent, or 0 where there is none that can be seen.
    private static func parent(of process: pid_t) -> pid_t {
        // Its name, in parentheses, can hold anything; behind it are its state and its parent.
        let status = contents(of: "/proc/\(process)/stat")
        guard let end = status.lastIndex(of: UInt8(ascii: ")")) else { return 0 }
        let fields = String(decoding: status[end...].dropFirst(), as: UTF8.self)
            .split(separator: " ")
        return fields.count > 1 ? pid_t(fields[1]) ?? 0 : 0
    }

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
