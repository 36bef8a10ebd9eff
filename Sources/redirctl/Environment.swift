import Diagnostics
import Generations
import Glibc
import Reporting

/// The process's environment variables.
enum Environment {
    static subscript(name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    static func isSet(_ name: String) -> Bool { !(self[name] ?? "").isEmpty }

    /// The whole environment with some variables set, as another program takes it.
    static func adding(_ variables: [String: String]) -> [String] {
        var (all, next): ([String], _) = ([], environ)
        while let variable = next.pointee {
            let text = String(cString: variable)
            if variables[String(text.prefix { $0 != "=" })] == nil { all.append(text) }
            next += 1
        }
        return all + variables.map { "\($0)=\($1)" }
    }
}

/// Who runs the program, when and how.
enum Invocation {
    /// The user who started this run: the one who called sudo, or whose login session it is.
    static var user: String {
        if let user = Environment["SUDO_USER"], !user.isEmpty { return user }
        return name(of: getuid()) ?? "uid \(getuid())"
    }

    /// The name of a user in the database of accounts.
    static func name(of user: UInt32) -> String? {
        var buffer = [CChar](repeating: 0, count: 16_384)
        var record = passwd()
        var found: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(user, &record, &buffer, buffer.count, &found) == 0, found != nil,
            let name = record.pw_name
        else { return nil }
        return String(cString: name)
    }

    static var author: ChangeRequest.Author {
        ChangeRequest.Author(user: user, tool: Version.current)
    }

    /// A path as it can be found from anywhere; standard input has none.
    ///
    /// Links stay: what a policy names is relative to the path by which it is read.
    static func absolutePath(of path: String) -> String {
        guard path != "-", !path.hasPrefix("/") else { return path }
        var rest = path[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2).drop { $0 == "/" } }
        return "\(directory)/\(rest)"
    }

    /// Where it was started.
    static var directory: String {
        guard let directory = getcwd(nil, 0) else { return "." }
        defer { free(directory) }
        return String(cString: directory)
    }

    /// What whoever waits for this run is told of it.
    static var note: String {
        let words = CommandLine.arguments.dropFirst().joined(separator: " ")
        return "`redirctl \(words.escaped.prefix(200))` (process \(getpid()), by \(user), "
            + "since \(Timestamp.now.clock))"
    }
}

extension Timestamp {
    /// The present.
    static var now: Timestamp { Timestamp(seconds: time(nil)) }
}
