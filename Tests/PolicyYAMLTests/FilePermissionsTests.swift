import Testing

@testable import PolicyYAML

@Suite struct FilePermissionsTests {
    private typealias Facts = FilePermissions.Facts

    private let file = Facts(path: "/etc/redirctl/web.yaml", owner: 0, mode: 0o644)
    private let root = Facts(path: "/", owner: 0, mode: 0o755)

    @Test func `a file of root's below directories of root's is safe`() {
        let etc = Facts(path: "/etc", owner: 0, mode: 0o755)
        #expect(FilePermissions.dangers(of: file, below: [etc, root]).isEmpty)
    }

    @Test(arguments: [0o664, 0o646, 0o666, 0o620, 0o602])
    func `a file that others can write is not`(mode: UInt32) {
        let file = Facts(path: "/etc/web.yaml", owner: 0, mode: mode)
        #expect(FilePermissions.dangers(of: file, below: [root]) == [.fileMode(file)])
    }

    @Test func `a file of somebody else's is not`() {
        let file = Facts(path: "/etc/web.yaml", owner: 1000, mode: 0o600)
        #expect(FilePermissions.dangers(of: file, below: [root]) == [.fileOwner(file)])
    }

    @Test func `a directory in which others can replace the file is not`() {
        let shared = Facts(path: "/srv", owner: 0, mode: 0o777)
        let group = Facts(path: "/srv", owner: 0, mode: 0o775)
        let home = Facts(path: "/home/ada", owner: 1000, mode: 0o700)
        #expect(FilePermissions.dangers(of: file, below: [shared]) == [.directoryMode(shared)])
        #expect(FilePermissions.dangers(of: file, below: [group]) == [.directoryMode(group)])
        #expect(FilePermissions.dangers(of: file, below: [home]) == [.directoryOwner(home)])
    }

    @Test func `in a sticky directory of root's nobody can replace it`() {
        let temporary = Facts(path: "/tmp", owner: 0, mode: 0o1777)
        #expect(FilePermissions.dangers(of: file, below: [temporary, root]).isEmpty)
        let foreign = Facts(path: "/scratch", owner: 1000, mode: 0o1777)
        #expect(!FilePermissions.dangers(of: file, below: [foreign]).isEmpty)
    }

    @Test func `whose files are trusted is for the caller to say`() {
        let foreign = Facts(path: "/etc", owner: 65_534, mode: 0o755)
        #expect(FilePermissions.dangers(of: file, below: [foreign]) == [.directoryOwner(foreign)])
        let trusted: Set<UInt32> = [0, 65_534]
        #expect(FilePermissions.dangers(of: file, below: [foreign], trusting: trusted).isEmpty)
    }

    @Test func `every danger is reported, with a command against it`() {
        let file = Facts(path: "web.yaml", owner: 1000, mode: 0o666)
        let shared = Facts(path: "/srv", owner: 0, mode: 0o777)
        let dangers = FilePermissions.dangers(of: file, below: [shared, root])
        #expect(
            dangers.map(\.remedy) == [
                "run `chown root:root web.yaml`", "run `chmod go-w web.yaml`",
                "run `chmod go-w /srv`, or move the policy to /etc/redirctl",
            ]
        )
    }
}
