import TestSupport
import Testing

/// Something that a run did to files, in the order in which it did it.
enum DiskOperation: Hashable {
    case makeDirectory(String)
    /// A file is made, or emptied where there is one.
    case create(String)
    case write(String, [UInt8])
    /// A file's contents, or a directory's names, are on the disk.
    case synchronize(String)
    case rename(String, to: String)
    case remove(String)
    /// The kernel's tables were switched.
    case transaction
    /// The command has ended well, and said so.
    case finished
}

extension DiskOperation {
    /// Runs commands one after the other, and returns what they did below a directory.
    static func record(
        _ commands: [[String]],
        in installation: Installation
    ) throws -> [DiskOperation] {
        try commands.flatMap { command in
            let trace = try Strace(installation, command, longest: 1 << 20)
            return trace.calls.compactMap {
                DiskOperation($0, below: installation.scratch.path)
            } + [.finished]
        }
    }

    private init?(_ call: Strace.Call, below root: String) {
        guard !call.text.contains(") = -1") else { return nil }
        if call.name == "sendmsg" {
            self = .transaction
            return
        }
        let texts = call.strings
        let isByDescriptor = ["write", "fsync"].contains(call.name)
        let path = isByDescriptor ? call.descriptor : texts.first ?? ""
        guard path.hasPrefix(root), !path.hasSuffix("/lock"), !path.hasSuffix("/trace") else {
            return nil
        }
        switch call.name {
        case "mkdir": self = .makeDirectory(path)
        case "openat" where call.text.contains("O_CREAT"): self = .create(path)
        case "write": self = .write(path, Array((texts.first ?? "").utf8))
        case "fsync": self = .synchronize(path)
        case "rename": self = .rename(path, to: texts.last ?? "")
        case "unlink", "rmdir": self = .remove(path)
        default: return nil
        }
    }
}

extension Strace.Call {
    /// The path of the first descriptor: `write(3</path>, …`.
    fileprivate var descriptor: String {
        let rest = text.drop { $0 != "<" }.dropFirst()
        return String(rest.prefix { $0 != ">" })
    }

    /// The texts among its arguments, as they were before strace escaped them.
    fileprivate var strings: [String] {
        var strings: [String] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "\"") {
            rest = rest[rest.index(after: start)...]
            var bytes: [UInt8] = []
            while let character = rest.popFirst(), character != "\"" {
                guard character == "\\" else {
                    bytes += character.utf8
                    continue
                }
                bytes.append(Self.escaped(&rest))
            }
            strings.append(String(decoding: bytes, as: UTF8.self))
        }
        return strings
    }

    private static func escaped(_ rest: inout Substring) -> UInt8 {
        let named: [Character: UInt8] = ["n": 10, "t": 9, "r": 13, "f": 12, "v": 11]
        let digits = rest.prefix(3).prefix { ("0"..."7").contains($0) }
        if let number = UInt8(digits, radix: 8) {
            rest = rest.dropFirst(digits.count)
            return number
        }
        let character = rest.popFirst() ?? "\\"
        return named[character] ?? character.utf8.first ?? 0
    }
}
