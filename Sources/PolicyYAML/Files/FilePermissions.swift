/// Whether somebody other than root can change what root is about to apply.
enum FilePermissions {
    /// What the kernel says of a file or a directory, as far as its safety goes.
    struct Facts: Hashable {
        let path: String
        let owner: UInt32
        /// The permission bits, with the sticky bit.
        let mode: UInt32
    }

    /// A way in which others can change the policy.
    enum Danger: Hashable {
        /// The file belongs to somebody else.
        case fileOwner(Facts)
        /// The file's mode lets others write.
        case fileMode(Facts)
        /// A directory above belongs to somebody else, who can put another file in its place.
        case directoryOwner(Facts)
        /// A directory above lets others write, with the same effect.
        case directoryMode(Facts)
    }

    /// The dangers of a file below the given directories, whose owners must be among those that
    /// are trusted.
    static func dangers(
        of file: Facts,
        below directories: [Facts],
        trusting trusted: Set<UInt32> = [0]
    ) -> [Danger] {
        var dangers: [Danger] = []
        if !trusted.contains(file.owner) { dangers.append(.fileOwner(file)) }
        if file.mode & writableByOthers != 0 { dangers.append(.fileMode(file)) }
        for directory in directories {
            if !trusted.contains(directory.owner) {
                dangers.append(.directoryOwner(directory))
            } else if directory.mode & writableByOthers != 0, directory.mode & sticky == 0 {
                dangers.append(.directoryMode(directory))
            }
        }
        return dangers
    }

    private static let writableByOthers: UInt32 = 0o022
    private static let sticky: UInt32 = 0o1000
}

extension FilePermissions.Danger {
    /// What is dangerous, as a message says it.
    func message(about what: String) -> String {
        switch self {
        case .fileOwner(let file):
            "\(what) belongs to user \(file.owner), who could change what root applies"
        case .fileMode(let file):
            "\(what) has mode \(String(file.mode, radix: 8)): others could change what root applies"
        case .directoryOwner(let directory):
            "\(what) lies below \(directory.path), which belongs to user \(directory.owner)"
        case .directoryMode(let directory):
            "\(what) lies below \(directory.path), where others could replace it"
        }
    }

    /// The command that removes the danger.
    var remedy: String {
        switch self {
        case .fileOwner(let file): "run `chown root:root \(file.path)`"
        case .fileMode(let file): "run `chmod go-w \(file.path)`"
        case .directoryOwner: "move it to a directory of root's, such as /etc/redirctl"
        case .directoryMode(let directory):
            "run `chmod go-w \(directory.path)`, or move the policy to /etc/redirctl"
        }
    }
}
