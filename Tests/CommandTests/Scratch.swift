import FoundationEssentials
import Glibc
import TestSupport

/// A directory for one test, with runs of the program that keep their store in it.
final class Scratch {
    let directory: String

    init() throws {
        var template = Array("/tmp/redirctl-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failure(description: "mkdtemp failed") }
        directory = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Writes a file, and returns its path.
    func file(_ name: String, _ text: String) throws -> String {
        let path = "\(directory)/\(name)"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        chmod(path, 0o644)
        return path
    }

    /// Makes a directory, and returns its path.
    func folder(_ name: String) -> String {
        mkdir("\(directory)/\(name)", 0o755)
        return "\(directory)/\(name)"
    }

    /// A policy of outbound TCP redirects, each from a port to another.
    func policy(_ redirects: KeyValuePairs<String, (Int, Int)>) throws -> String {
        let entries = redirects.map { name, ports in
            """
              - name: \(name)
                direction: outbound
                match: {protocol: tcp, destination: {port: \(ports.0)}}
                to: {port: \(ports.1)}

            """
        }
        return try file("policy.yaml", "version: 1\nredirects:\n" + entries.joined())
    }

    /// Runs a command that needs the store.
    func redirctl(_ words: String...) throws -> Program.Ending { try redirctl(words) }

    /// The same with words that are in a list.
    func redirctl(_ words: [String]) throws -> Program.Ending {
        try Program.run([Program.path] + words + ["--state-dir", "\(directory)/state"])
    }

    /// Runs a command that needs no store.
    static func redirctl(_ words: String...) throws -> Program.Ending { try redirctl(words) }

    /// The same with words that are in a list.
    static func redirctl(_ words: [String]) throws -> Program.Ending {
        try Program.run([Program.path] + words)
    }
}

/// A JSON value, as far as tests look into one.
enum JSON: Decodable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    init(_ text: String) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSON].self) {
            self = .list(list)
        } else if let object = try? value.decode([String: JSON].self) {
            self = .object(object)
        } else {
            self = .null
        }
    }

    /// The elements of a list; none of anything else.
    var elements: [JSON] {
        guard case .list(let elements) = self else { return [] }
        return elements
    }

    /// What stands at a path of keys and indices.
    subscript(path: String...) -> JSON {
        path.reduce(self) { value, step in
            switch value {
            case .object(let object): object[step] ?? .null
            case .list(let list):
                Int(step).flatMap { list.indices.contains($0) ? list[$0] : nil } ?? .null
            default: .null
            }
        }
    }
}
