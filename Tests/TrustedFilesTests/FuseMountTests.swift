import Glibc
import Testing

@testable import TrustedFiles

/// The user whose program serves a file system.
@Suite struct FuseMountTests {
    private static let mounts = """
        22 28 0:21 / /sys rw,nosuid shared:7 - sysfs sysfs rw
        36 28 0:49 / /home/alice/mnt rw,nosuid shared:9 - fuse.sshfs host:/ rw,user_id=1000,group_id=1000,allow_other
        37 28 0:50 / /srv rw - virtiofs share rw
        38 28 259:3 / /data rw - fuseblk /dev/nvme0n1p3 rw,user_id=0,group_id=0
        """

    @Test(
        arguments: [
            (0, 21, nil), (0, 49, 1000), (0, 50, nil), (259, 3, 0), (0, 4, nil),
        ] as [(UInt, UInt, UInt32?)]
    )
    func `a program's file system belongs to its user`(major: UInt, minor: UInt, owner: UInt32?) {
        // As the kernel and glibc put the two into one number (makedev(3)).
        let device = (minor & 0xFF) | (major & 0xFFF) << 8 | (minor & ~0xFF) << 12
        #expect(FuseMount.server(of: device, in: Self.mounts) == owner)
    }

    @Test func `a file of another file system has no server`() {
        var status = stat()
        #expect(fstat(STDIN_FILENO, &status) == 0)
        #expect(FuseMount.server(of: STDIN_FILENO, device: status.st_dev) == nil)
    }
}
