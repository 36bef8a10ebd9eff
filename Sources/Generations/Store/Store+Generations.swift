public import GenerationModel
import Glibc
public import RulesetModel

/// Generations one by one.
extension Store {
    /// The numbers of all generations, ascending.
    public func numbers() throws(StoreError) -> [Int] {
        try DurableFiles.names(in: generationsPath)
            .compactMap { name in
                Int(name).flatMap { "\($0)" == name && Store.usableNumbers.contains($0) ? $0 : nil }
            }
            .filter { number in
                var status = stat()
                return lstat(folder(of: number), &status) == 0
                    && status.st_mode & S_IFMT == S_IFDIR
            }
            .sorted()
    }

    /// Reads a generation's manifest.
    public func manifest(of number: Int) throws(StoreError) -> Manifest {
        let path = "\(folder(of: number))/manifest.json"
        guard let bytes = try read(path) else {
            let numbers = try numbers()
            guard numbers.contains(number) else {
                throw .noGeneration(number, available: numbers)
            }
            throw .corrupt(path: path, reason: "it is gone")
        }
        let manifest = try StoredJSON.decode(withFormat: Manifest.self, bytes, path: path)
        guard manifest.number == number else {
            throw .corrupt(path: path, reason: "it belongs to generation \(manifest.number)")
        }
        if let flaw = manifest.flaw { throw .corrupt(path: path, reason: flaw) }
        return manifest
    }

    /// Whether a marker is that of one of the generations here.
    func has(_ marker: Marker) -> Bool { (try? manifest(of: marker.number))?.marker == marker }

    /// The markers among some that are those of generations here, whose numbers are given.
    func markers(of numbers: [Int], among markers: [Marker]) -> Set<Marker> {
        let named = Set(markers.map(\.number))
        return Set(
            numbers.filter(named.contains).compactMap { try? manifest(of: $0).marker }
        ).intersection(markers)
    }

    /// Reads a generation, and checks its ruleset against its digest.
    public func generation(_ number: Int) throws(StoreError) -> Generation {
        let manifest = try manifest(of: number)
        let path = "\(folder(of: number))/ruleset.json"
        let bytes = try read(path)
        return Generation(
            manifest: manifest,
            encoded: try EncodedRuleset(reading: bytes, digest: manifest.digest, path: path)
        )
    }

    /// The names of a generation's redirects; `nil` if its ruleset can't be found or is longer than
    /// `bytes`.
    public func redirects(of number: Int, within bytes: Int) throws(StoreError) -> Set<String>? {
        var status = stat()
        guard stat("\(folder(of: number))/ruleset.json", &status) == 0, status.st_size <= bytes
        else { return nil }
        return try generation(number).ruleset?.redirects
    }

    /// The inode, size and time of change of the file with a generation's ruleset; `nil` if there is none.
    ///
    /// As long as they stay the same, no program has written to the file (inode(7)).
    func fileState(of number: Int) -> String? {
        Self.state(ofFile: "\(folder(of: number))/ruleset.json")
    }

    /// The inode, size and time of change of the file with a generation's manifest; `nil` if there is none.
    func manifestState(of number: Int) -> String? {
        Self.state(ofFile: "\(folder(of: number))/manifest.json")
    }

    /// The inode, size and time of change of a file; `nil` if there is none.
    static func state(ofFile path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return
            "\(status.st_ino) \(status.st_size) \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
    }

    /// Reads the texts of the policy that a generation was compiled from, and checks each against its
    /// digest.
    ///
    /// Apart from the generation, because few commands need them: rules don't depend on them any
    /// more, and a policy can be large.
    public func sources(of manifest: Manifest) throws(StoreError) -> [StoredSource] {
        var sources: [StoredSource] = []
        for source in manifest.sources {
            let path = "\(folder(of: manifest.number))/policy/\(source.file)"
            let bytes = try read(path) ?? []
            guard Digest.hexadecimal(of: bytes) == source.digest else {
                throw .corrupt(path: path, reason: "it does not match its digest")
            }
            sources.append(
                StoredSource(name: source.name, text: String(decoding: bytes, as: UTF8.self))
            )
        }
        return sources
    }

    /// The digest that a ruleset has in a store.
    public func digest(of ruleset: Ruleset?) throws(StoreError) -> String {
        try EncodedRuleset(ruleset).digest
    }

    /// Writes a generation with the texts that it was made from; when this returns, it survives a
    /// power loss.
    public func write(
        _ generation: Generation,
        from sources: [StoredSource]
    ) throws(StoreError) {
        let number = generation.manifest.number
        guard Store.usableNumbers.contains(number) else {
            throw .corrupt(
                path: folder(of: number - 1),
                reason: "no number is left for the next generation"
            )
        }
        let temporary = "\(folder(of: number)).new"
        try DurableFiles.remove(temporary)
        try DurableFiles.makeDirectory("\(temporary)/policy")
        for (source, entry) in zip(sources, generation.manifest.sources) {
            try DurableFiles.write(
                Array(source.text.utf8),
                to: "\(temporary)/policy/\(entry.file)"
            )
        }
        if let ruleset = generation.ruleset, let bytes = generation.encoded.bytes {
            // What can't be read again must not be written.
            guard bytes.count <= Store.largestFile else {
                throw .system(call: "write", path: "\(temporary)/ruleset.json", errno: EFBIG)
            }
            try DurableFiles.write(bytes, to: "\(temporary)/ruleset.json")
            try DurableFiles.write(Array(ruleset.script.utf8), to: "\(temporary)/ruleset.nft")
        }
        let manifest = "\(temporary)/manifest.json"
        try DurableFiles.write(
            StoredJSON.encode(generation.manifest, path: manifest),
            to: manifest
        )
        try DurableFiles.synchronize("\(temporary)/policy")
        try DurableFiles.synchronize(temporary)
        try DurableFiles.move(temporary, to: folder(of: number))
    }

    func folder(of number: Int) -> String { "\(generationsPath)/\(number)" }
}
