import FoundationEssentials
import Glibc
public import RulesetModel

/// The generations of one table in one network namespace, on disk.
///
///     <directory>/head.json
///     <directory>/generations/<number>/manifest.json
///                                      ruleset.json   what is applied again by a rollback
///                                      ruleset.nft    the same for people and plain `nft -f`
///                                      policy/<index>-<file name>
///
/// Everything but the head is written once. A directory without a number as its name is left over
/// from a command that was killed, and means nothing.
public struct Store: Sendable {
    /// The directory that holds the store.
    public let directory: String

    /// How many generations are kept.
    public static let historyLimit = 50

    private var headPath: String { "\(directory)/head.json" }
    private var generationsPath: String { "\(directory)/generations" }

    /// Names a store; nothing is read or written yet.
    public init(directory: String) {
        self.directory = directory
    }

    /// Makes the store's directories where they are missing, and refuses what others could alter.
    public func prepare() throws(StoreError) {
        try DurableFiles.makeDirectory(generationsPath)
        try checkOwner()
    }

    /// Refuses a store that other users could write to: what it holds is loaded as rules.
    public func checkOwner() throws(StoreError) {
        var status = stat()
        guard stat(directory, &status) == 0 else {
            if errno == ENOENT { return }
            throw .system(call: "stat", path: directory, errno: errno)
        }
        guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            throw .unsafe(path: directory)
        }
    }

    // MARK: - The head

    /// Reads where the store stands; an empty head where nothing was ever written.
    public func head() throws(StoreError) -> Head {
        guard let bytes = try DurableFiles.read(headPath) else { return Head() }
        let head = try decode(Head.self, bytes, path: headPath)
        guard head.format == 1 else {
            throw .unknownFormat(path: headPath, format: head.format)
        }
        return head
    }

    /// Replaces the head; when this returns, the new one survives a power loss.
    public func write(_ head: Head) throws(StoreError) {
        try DurableFiles.replace(headPath, with: encode(head, path: headPath))
    }

    // MARK: - Generations

    /// The numbers of all generations, ascending.
    public func numbers() throws(StoreError) -> [Int] {
        try DurableFiles.names(in: generationsPath).compactMap { Int($0) }.sorted()
    }

    /// Reads a generation's manifest.
    public func manifest(of number: Int) throws(StoreError) -> Manifest {
        let path = "\(generationsPath)/\(number)/manifest.json"
        guard let bytes = try DurableFiles.read(path) else {
            throw .noGeneration(number, available: try numbers())
        }
        let manifest = try decode(Manifest.self, bytes, path: path)
        guard manifest.format == 1 else {
            throw .unknownFormat(path: path, format: manifest.format)
        }
        guard manifest.number == number else {
            throw .corrupt(path: path, reason: "it is of generation \(manifest.number)")
        }
        return manifest
    }

    /// Reads a whole generation, and checks its ruleset against its digest.
    public func generation(_ number: Int) throws(StoreError) -> Generation {
        let manifest = try manifest(of: number)
        let folder = "\(generationsPath)/\(number)"
        let path = "\(folder)/ruleset.json"
        let bytes = try DurableFiles.read(path)
        guard Digest.hexadecimal(of: bytes ?? []) == manifest.digest else {
            throw .corrupt(path: path, reason: "it does not match its digest")
        }
        var ruleset: Ruleset?
        if let bytes { ruleset = try decode(Ruleset.self, bytes, path: path) }
        var sources: [StoredSource] = []
        for name in try DurableFiles.names(in: "\(folder)/policy").sorted() {
            let bytes = try DurableFiles.read("\(folder)/policy/\(name)") ?? []
            sources.append(StoredSource(name: name, text: String(decoding: bytes, as: UTF8.self)))
        }
        return Generation(manifest: manifest, ruleset: ruleset, sources: sources)
    }

    /// The digest that a ruleset has in this store.
    public func digest(of ruleset: Ruleset?) throws(StoreError) -> String {
        guard let ruleset else { return Digest.hexadecimal(of: []) }
        return Digest.hexadecimal(of: try encoded(ruleset))
    }

    /// Writes a generation; when this returns, it survives a power loss.
    public func write(_ generation: Generation) throws(StoreError) {
        let number = generation.manifest.number
        let temporary = "\(generationsPath)/\(number).new"
        try DurableFiles.remove(temporary)
        try DurableFiles.makeDirectory("\(temporary)/policy")
        for (index, source) in generation.sources.enumerated() {
            let name = source.name.split(separator: "/").last.map(String.init) ?? "policy"
            let path = "\(temporary)/policy/\(index)-\(name)"
            try DurableFiles.write(Array(source.text.utf8), to: path)
        }
        if let ruleset = generation.ruleset {
            try DurableFiles.write(encoded(ruleset), to: "\(temporary)/ruleset.json")
            try DurableFiles.write(Array(ruleset.script.utf8), to: "\(temporary)/ruleset.nft")
        }
        let manifest = "\(temporary)/manifest.json"
        try DurableFiles.write(encode(generation.manifest, path: manifest), to: manifest)
        try DurableFiles.synchronize("\(temporary)/policy")
        try DurableFiles.synchronize(temporary)
        try DurableFiles.move(temporary, to: "\(generationsPath)/\(number)")
    }

    /// Removes the oldest generations beyond the limit, and what killed commands left behind.
    ///
    /// The current and the confirmed generation always stay.
    public func prune(_ head: Head) throws(StoreError) {
        for name in try DurableFiles.names(in: generationsPath) where Int(name) == nil {
            try DurableFiles.remove("\(generationsPath)/\(name)")
        }
        let kept = [head.current, head.confirmed, head.intent]
        let numbers = try numbers()
        let old = numbers.dropLast(Self.historyLimit).filter { !kept.contains($0) }
        for number in old {
            let trash = "\(generationsPath)/\(number).old"
            try DurableFiles.move("\(generationsPath)/\(number)", to: trash)
            try DurableFiles.remove(trash)
        }
    }

    // MARK: - Encoding

    private func encoded(_ ruleset: Ruleset) throws(StoreError) -> [UInt8] {
        try encode(ruleset, path: directory)
    }

    private func encode(_ value: some Encodable, path: String) throws(StoreError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try Array(encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw .corrupt(path: path, reason: "it can't be encoded: \(error)")
        }
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type,
        _ bytes: [UInt8],
        path: String
    ) throws(StoreError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .corrupt(path: path, reason: "it is not what redirctl once wrote there")
        }
    }
}
