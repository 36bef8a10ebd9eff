import GenerationModel

/// A disk as programs see it, and what of it is sure to survive a loss of power.
///
/// The model is what POSIX promises and no more: fsync(2) of a file keeps its contents, fsync of a
/// directory its names. Of what is not synchronised, any part may have reached the disk, in any order:
/// each name by itself, and of a file's contents nothing, a beginning or all.
struct Disk {
    /// A file or directory, whatever its name.
    private typealias Object = Int

    /// A change of a directory's names that is not on the disk yet.
    private struct Change {
        let directory: Object
        /// What each name stands for afterwards; `nil` if it is gone.
        let names: [String: Object?]
    }

    private struct File {
        var kept: [UInt8] = []
        var written: [UInt8] = []
        /// Whether the disk may have it empty, because it was emptied since it was last kept.
        var wasEmptied = false
    }

    private var files: [Object: File] = [:]
    /// What each directory's names stand for, for programs and on the disk.
    private var seen: [Object: [String: Object]] = [Disk.root: [:]]
    private var kept: [Object: [String: Object]] = [Disk.root: [:]]
    private var changes: [Change] = []
    private var count = 1
    private let path: String

    private static let root = 0

    /// Creates a disk on which there is one empty directory.
    init(root path: String) { self.path = path }

    // MARK: - What programs do

    mutating func follow(_ operation: DiskOperation) {
        switch operation {
        case .makeDirectory(let path):
            let object = add()
            (seen[object], kept[object]) = ([:], [:])
            name([path: object])
        case .create(let path):
            if let object = object(path) {
                files[object]?.written = []
                files[object]?.wasEmptied = true
            } else {
                let object = add()
                files[object] = File()
                name([path: object])
            }
        case .write(let path, let bytes):
            guard let object = object(path) else { return }
            files[object]?.written += bytes
        case .synchronize(let path):
            guard let object = object(path) else { return }
            if let file = files[object] {
                files[object] = File(kept: file.written, written: file.written)
            } else {
                kept[object] = seen[object]
                changes.removeAll { $0.directory == object }
            }
        case .rename(let path, let target): name([path: nil, target: object(path)])
        case .remove(let path): name([path: nil])
        case .transaction, .finished: break
        }
    }

    private mutating func add() -> Object {
        defer { count += 1 }
        return count
    }

    /// The names below the root that lead to an object.
    private func names(_ path: String) -> [String] {
        path.dropFirst(self.path.count).split(separator: "/").map(String.init)
    }

    private func object(_ path: String) -> Object? {
        names(path).reduce(Optional(Self.root)) { object, name in
            object.flatMap { seen[$0]?[name] }
        }
    }

    /// Changes names of one directory at once.
    private mutating func name(_ paths: [String: Object?]) {
        guard let one = paths.keys.first,
            let directory = object(self.path + names(one).dropLast().map { "/\($0)" }.joined())
        else { return }
        var change: [String: Object?] = [:]
        for (path, object) in paths {
            guard let name = names(path).last else { continue }
            change[name] = .some(object)
            seen[directory]?[name] = object
        }
        changes.append(Change(directory: directory, names: change))
    }
}

// MARK: - What a loss of power leaves

extension Disk {
    /// What can lie under a path: nothing for a directory, or a file's contents.
    typealias Contents = [String: [UInt8]?]

    /// All that a loss of power can leave now; where that is too much, so many of them.
    func survivals(atMost limit: Int) -> Set<Contents> {
        var survivals: Set<Contents> = []
        // The more changes there are, the more of the subsets are left out, but never none or all.
        let subsets = 1 << min(changes.count, 20)
        let step = max(1, subsets / limit)
        for subset in Set(stride(from: 0, to: subsets, by: step)).union([subsets - 1]) {
            var names = kept
            for (index, change) in changes.enumerated() where subset >> min(index, 19) & 1 == 1 {
                for (name, object) in change.names { names[change.directory]?[name] = object }
            }
            let reachable = objects(in: Self.root, names)
            for choice in Choice.allCases {
                var contents: Contents = [:]
                for (path, object) in reachable {
                    contents.updateValue(files[object].map { choice.bytes(of: $0) }, forKey: path)
                }
                survivals.insert(contents)
            }
        }
        return survivals
    }

    /// What is left of files whose contents are not on the disk yet.
    private enum Choice: CaseIterable {
        case kept
        case empty
        case first
        case half
        case almostAll
        case all

        func bytes(of file: File) -> [UInt8] {
            switch self {
            case .kept: file.kept
            case .empty: file.wasEmptied ? [] : file.kept
            case _ where file.kept == file.written: file.kept
            case .first: Array(file.written.prefix(1))
            case .half: Array(file.written.prefix(max(1, file.written.count / 2)))
            case .almostAll: Array(file.written.dropLast())
            case .all: file.written
            }
        }
    }

    private func objects(
        in directory: Object,
        _ names: [Object: [String: Object]]
    ) -> [(path: String, object: Object)] {
        (names[directory] ?? [:]).flatMap { name, object in
            [("/\(name)", object)]
                + objects(in: object, names).map { ("/\(name)\($0.path)", $0.object) }
        }
    }
}
