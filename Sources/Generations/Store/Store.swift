public import GenerationModel
import Glibc
import TrustedFiles

/// The generations of one table in one network namespace, on disk.
///
///     <directory>/lock
///     <directory>/head.json
///     <directory>/verified           what a quick check compares; its time is that of the last
///                                    verification
///     <directory>/generations/<number>/manifest.json
///                                      ruleset.json   what is applied again by a rollback
///                                      ruleset.nft    the same for people and plain `nft -f`
///                                      policy/<index>-<file name>
///
/// Everything in `generations` is written once. `<number>.new` and `<number>.old` are left over from
/// commands that were killed, and mean nothing.
public struct Store: Sendable {
    /// The store's directory.
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
        if try read(headPath) == nil {
            try DurableFiles.synchronize(wayTo: generationsPath)
        }
    }

    /// Refuses a store that other users could write to or replace: its content is loaded as rules.
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
        let generations: CheckedDirectory
        do throws(FileError) {
            generations = try CheckedDirectory(path: generationsPath)
        } catch {
            throw StoreError(error)
        }
        if let danger = generations.danger(unlessOf: geteuid()) { throw .unsafe(danger) }
    }

    /// Reads a file of the store, or nothing if there is none.
    ///
    /// What others could have written is refused, and a pipe is not waited for.
    func read(_ path: String) throws(StoreError) -> [UInt8]? {
        let contents: [UInt8]?
        let danger: FileDanger?
        do throws(FileError) {
            let file = try CheckedFile(path: path)
            danger = file.dangers.first
            contents = danger == nil ? try file.contents(upTo: Self.largestFile) : nil
        } catch {
            switch error {
            case .cannotOpen(_, ENOENT): return nil
            case .notARegularFile: throw .corrupt(path: path, reason: "it is not a regular file")
            default: throw StoreError(error)
            }
        }
        if let danger { throw .unsafe(danger) }
        guard let contents else { throw .corrupt(path: path, reason: "it is too large") }
        return contents
    }

    /// The numbers that generations have.
    static let usableNumbers = 1...999_999_999_999

    /// No file of a generation is larger, in bytes: a policy has 64 MiB at most.
    static let largestFile = 1 << 30

    // MARK: - The head

    /// Reads where the store stands; an empty head where nothing was ever applied.
    public func head() throws(StoreError) -> Head {
        guard let bytes = try read(headPath) else {
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
        guard head.numbers.allSatisfy(Self.usableNumbers.contains) else {
            throw .corrupt(path: headPath, reason: "a generation's number is not one")
        }
        guard head.times.allSatisfy(StoredTime.range.contains) else {
            throw .corrupt(path: headPath, reason: "the time of a trial is not one")
        }
        return head
    }

    /// The inode, size and time of change of the head's file; `nil` if there is none.
    func headState() -> String? { Self.state(ofFile: headPath) }

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
