import Addressing
import PolicyModel

extension ImportedPolicy {
    /// Gives each redirect a name of its own.
    mutating func nameRedirects() {
        var taken: Set<String> = []
        var last: [String: Int] = [:]
        for index in entries.indices {
            guard case .redirect(var draft) = entries[index] else { continue }
            let wish = draft.wantedName
            var name = wish
            var number = last[wish] ?? 1
            while !taken.insert(name).inserted {
                number += 1
                name = "\(wish)-\(number)"
            }
            last[wish] = number
            draft.name = name
            entries[index] = .redirect(draft)
        }
    }
}

extension RedirectDraft {
    /// A name from what the operator said of it, or from what it does.
    fileprivate var wantedName: String {
        if !name.isEmpty { return name }
        if let name = description.flatMap({ Self.name(from: $0) }) { return name }
        let protocols = match.protocols?.sorted().map(\.rawValue).joined(separator: "-")
        let ports = match.destination.ports.map { ports in
            ports.texts.prefix(3).joined(separator: "-")
        }
        let words = [decision == .bypass ? "leave" : nil, protocols, ports].compactMap(\.self)
        return words.isEmpty ? "any" : words.joined(separator: "-")
    }

    /// The letters and digits of a text, if it has any.
    static func name(from text: String) -> String? {
        var name = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                name.unicodeScalars.append(Unicode.Scalar(byte + 32))
            default: if !name.hasSuffix("-") { name += "-" }
            }
            if name.utf8.count == 48 { break }
        }
        while let last = name.last, "-._".contains(last) { name.removeLast() }
        while let first = name.first, "-._".contains(first) { name.removeFirst() }
        guard name.utf8.contains(where: { $0 >= UInt8(ascii: "a") }) else { return nil }
        return ["null", "none", "true", "false"].contains(name) ? name + "-rule" : name
    }
}
