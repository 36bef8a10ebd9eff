public import RulesetModel

/// Generations one by one.
extension Store {
    /// The numbers of all generations, ascending.
    public func numbers() throws(StoreError) -> [Int] {
        try DurableFiles.names(in: generationsPath)
            .compactMap { name in Int(name).flatMap { "\($0)" == name && $0 > 0 ? $0 : nil } }
            .sorted()
    }

    /// Reads a generation's manifest.
    public func manifest(of number: Int) throws(StoreError) -> Manifest {
        let path = "\(folder(of: number))/manifest.json"
        guard let bytes = try DurableFiles.read(path) else {
            let numbers = try numbers()
            guard numbers.contains(number) else {
                throw .noGeneration(number, available: numbers)
            }
            throw .corrupt(path: path, reason: "it is gone")
        }
        let manifest = try StoredJSON.decode(
            Manifest.self,
            ofFormat: Manifest.knownFormat,
            bytes,
            path: path
        )
        guard manifest.number == number else {
            throw .corrupt(path: path, reason: "it is of generation \(manifest.number)")
        }
        return manifest
    }

    /// Whether a marker is that of one of the generations here.
    func has(_ marker: Marker) -> Bool { (try? manifest(of: marker.number))?.marker == marker }

    /// Reads a whole generation, and checks every part of it against its digest.
    public func generation(_ number: Int) throws(StoreError) -> Generation {
        let manifest = try manifest(of: number)
        let folder = folder(of: number)
        let path = "\(folder)/ruleset.json"
        let bytes = try DurableFiles.read(path)
        guard Digest.hexadecimal(of: bytes ?? []) == manifest.digest else {
            throw .corrupt(path: path, reason: "it does not match its digest")
        }
        var ruleset: Ruleset?
        if let bytes { ruleset = try StoredJSON.decode(Ruleset.self, bytes, path: path) }
        var sources: [StoredSource] = []
        for source in manifest.sources {
            let path = "\(folder)/policy/\(source.file)"
            let bytes = try DurableFiles.read(path) ?? []
            guard Digest.hexadecimal(of: bytes) == source.digest else {
                throw .corrupt(path: path, reason: "it does not match its digest")
            }
            sources.append(
                StoredSource(name: source.name, text: String(decoding: bytes, as: UTF8.self))
            )
        }
        return Generation(manifest: manifest, ruleset: ruleset, sources: sources)
    }

    /// The digest that a ruleset has in this store.
    public func digest(of ruleset: Ruleset?) throws(StoreError) -> String {
        guard let ruleset else { return Digest.hexadecimal(of: []) }
        return Digest.hexadecimal(of: try StoredJSON.encode(ruleset, path: directory))
    }

    /// Writes a generation; when this returns, it survives a power loss.
    public func write(_ generation: Generation) throws(StoreError) {
        let number = generation.manifest.number
        let temporary = "\(folder(of: number)).new"
        try DurableFiles.remove(temporary)
        try DurableFiles.makeDirectory("\(temporary)/policy")
        for (source, entry) in zip(generation.sources, generation.manifest.sources) {
            try DurableFiles.write(
                Array(source.text.utf8),
                to: "\(temporary)/policy/\(entry.file)"
            )
        }
        if let ruleset = generation.ruleset {
            let path = "\(temporary)/ruleset.json"
            try DurableFiles.write(StoredJSON.encode(ruleset, path: path), to: path)
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
