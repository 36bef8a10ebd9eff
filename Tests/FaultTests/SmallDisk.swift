import Glibc
import TestSupport
import Testing

/// A file system of its own for the state, in a mount namespace of its own.
final class SmallDisk {
    static let place = "/mnt"

    let installation: Installation
    private let keeper: Program

    init(pages: Int) throws {
        keeper = try Program([
            "unshare", "--mount", "sh", "-c",
            "mount -t tmpfs -o size=\(pages * 4096) none \(Self.place) && exec sleep 999",
        ])
        let seen = "/proc/\(keeper.process)/root\(Self.place)"
        installation = try Installation(
            state: "\(Self.place)/state",
            seenFromHere: "\(seen)/state",
            prefix: ["nsenter", "--mount=/proc/\(keeper.process)/ns/mnt", "--"]
        )
        var here = stat()
        var there = stat()
        for _ in 0..<5000 {
            stat(Self.place, &here)
            if stat(seen, &there) == 0, here.st_dev != there.st_dev { return }
            usleep(1000)
        }
        Issue.record("there is no file system: \(try keeper.wait(0).errors)")
    }

    deinit {
        keeper.signal(SIGKILL)
        _ = try? keeper.wait()
    }

    func run(_ words: String...) throws {
        let ending = try Program.run(
            ["nsenter", "--mount=/proc/\(keeper.process)/ns/mnt", "--"] + words
        )
        try #require(ending.status == 0, "\(words): \(ending.errors)")
    }

    /// Fills the disk but for so many pages.
    func fill(butFor pages: Int) throws {
        try run(
            "sh",
            "-c",
            "cd \(Self.place); rm -f fill spare; "
                + "head -c \(pages * 4096) /dev/zero >spare; "
                + "cat /dev/zero >fill 2>/dev/null; rm -f spare; :"
        )
    }
}
