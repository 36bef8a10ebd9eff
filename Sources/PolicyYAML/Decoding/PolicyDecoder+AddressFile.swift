import Addressing
import Diagnostics
import TrustedFiles

/// Lists of addresses that stand in files of their own.
extension PolicyDecoder {
    /// The addresses in the file that a policy's file names.
    mutating func addresses(inFile name: Node.Scalar, of policy: String) -> AddressSet? {
        let path = FilePath.resolve(name.text, besideFile: policy)
        if let known = addressFiles[path] { return known }
        let set = readAddresses(path, named: name)
        addressFiles[path] = .some(set)
        return set
    }

    private mutating func readAddresses(_ path: String, named name: Node.Scalar) -> AddressSet? {
        guard let opened = texts.open(path: path, namedAt: name.span, bag: &bag) else { return nil }
        // A file can be named in many ways, and is taken in once.
        if let identity = opened.identity, let known = addressLists[identity] { return known }
        guard let file = texts.add(opened, namedAt: name.span, bag: &bag) else { return nil }
        let set = addresses(in: file, named: name)
        if let identity = opened.identity { addressLists[identity] = set }
        return set
    }

    private mutating func addresses(
        in file: PolicyTexts.Text,
        named name: Node.Scalar
    ) -> AddressSet? {
        let found = file.bytes.withUnsafeBufferPointer { bytes -> [AddressRange]? in
            ranges(AddressLines(bytes, file.source))
        }
        guard var ranges = found else { return nil }
        if ranges.isEmpty {
            bag.report(.noAddresses(name))
            return nil
        }
        // Here the compiler knows what is sorted, and sorts many times as fast as in the set's
        // general code, which then finds everything in order.
        ranges.sort { ($0.family, $0.bits.lowerBound) < ($1.family, $1.bits.lowerBound) }
        return AddressSet(ranges)
    }

    private mutating func ranges(_ lines: consuming AddressLines) -> [AddressRange]? {
        var ranges: [AddressRange] = []
        var isComplete = true
        while let line = lines.next() {
            switch line {
            case .range(let range):
                ranges.append(range)
            case .other(let scalar):
                if let range = addressRange(scalar) {
                    ranges.append(range)
                } else {
                    isComplete = false
                }
            case .surplus(let span):
                bag.report(.surplus(at: span))
                isComplete = false
            case .tooLong(let span):
                bag.report(.tooLong(at: span))
                isComplete = false
            }
            guard ranges.count <= texts.limits.values else {
                bag.report(.tooManyAddresses(texts.limits.values, at: lines.lineStart))
                return nil
            }
        }
        return isComplete ? ranges : nil
    }
}

extension Diagnostic {
    fileprivate static func noAddresses(_ name: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .emptyList,
            "the file \(name.text.quoted) names no address",
            at: Label(name.span, "an empty list matches nothing"),
            help: "write at least one address, prefix or range into it, one a line"
        )
    }

    fileprivate static func surplus(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .invalidAddress,
            "a line holds one address, prefix or range",
            at: Label(span, "this is one too many"),
            help: "write each on a line of its own, a range without spaces, "
                + "and a `#` before a comment"
        )
    }

    fileprivate static func tooLong(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .invalidAddress,
            "a line is too long to be an address, a prefix or a range",
            at: Label(span, "it begins here"),
            help: "write each on a line of its own"
        )
    }

    fileprivate static func tooManyAddresses(_ limit: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .fileTooLarge,
            "the file holds more than \(limit) addresses",
            at: Label(span, "reading stops here")
        )
    }
}
