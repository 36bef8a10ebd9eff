import Glibc
import TrustedFiles

/// The generations of one table in one network namespace, on disk.
///
///     <directory>/lock
///     <directory>/head.json
///     <directory>/generations/<number>/manifest.json
///                                      ruleset.json   what is applied again by a rollback
///                                      ruleset.nft    the same for people and plain `nft -f`
///                                      policy/<index>-<file name>
///
/// Everything but the head is written once. `<number>.new` and `<number>.old` are left over from
/// commands that were killed, and mean nothing.
public struct Store: Sendable {
    /// The directory that holds the store.
    public let directory: String

    private var headPath: String { "\(directory)/head.json" }
    var generationsPath: String { "\(directory)/generations" }

    /// Names a store; nothing is read or written yet.
    public init(directory: String) {
        self.directory = directory
    }

    /// Makes the store's directories where they are missing, and refuses what others could alter.
    public func prepare() throws(StoreError) {
        try checkWay(making: true)
        try DurableFiles.makeDirectory(generationsPath)
        // Even a directory that is there already can be from a run that was killed before it had
        // waited for the disk. Once there is a head, one has.
        if try DurableFiles.read(headPath) == nil {
            try DurableFiles.synchronize(wayTo: generationsPath)
        }
    }

    /// Refuses a store that other users could write to or replace: what it holds is loaded as rules.
    public func checkOwner() throws(StoreError) { try checkWay(making: false) }

    private func checkWay(making: Bool) throws(StoreError) {
        let way: CheckedDirectory
        do throws(FileError) {
            way = try CheckedDirectory(path: directory, making: making)
        } catch {
            throw StoreError(error)
        }
        if let danger = way.dangers.first ?? way.danger(unlessOf: geteuid()) {
            throw .unsafe(danger)
        }
    }

    // MARK: - The head

    /// Reads where the store stands; an empty head where nothing was ever applied.
    public func head() throws(StoreError) -> Head {
        guard let bytes = try DurableFiles.read(headPath) else {
            let numbers = try numbers()
            // The very first run may have been killed between its generation and the head; the
            // next one then writes a head before it makes another.
            guard numbers.count <= 1 else {
                throw .corrupt(
                    path: headPath,
                    reason: "it is gone, though there are \(numbers.count) generations"
                )
            }
            return Head()
        }
        let head = try StoredJSON.decode(withFormat: Head.self, bytes, path: headPath)
        guard head.times.allSatisfy(StoredTime.range.contains) else {
            throw .corrupt(path: headPath, reason: "the time of a trial is not one")
        }
        return head
    }

    /// Replaces the head; when this returns, the new one survives a power loss.
    public func write(_ head: Head) throws(StoreError) {
        try DurableFiles.replace(headPath, with: StoredJSON.encode(head, path: headPath))
    }

    /// Reads a generation that the head names.
    func generation(namedByHead number: Int?) throws(StoreError) -> Generation? {
        guard let number else { return nil }
        do throws(StoreError) {
            return try generation(number)
        } catch .noGeneration {
            throw missing(number)
        }
    }

    /// Refuses a head that names a generation which is not there.
    func checkGenerations(namedBy head: Head) throws(StoreError) {
        let named = [head.current, head.intent, head.trial?.generation].compactMap(\.self)
        guard !named.isEmpty else { return }
        let numbers = try numbers()
        for number in named where !numbers.contains(number) { throw missing(number) }
    }

    private func missing(_ number: Int) -> StoreError {
        .corrupt(path: headPath, reason: "it names generation \(number), which is not there")
    }
}
