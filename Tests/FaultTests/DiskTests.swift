import Generations
import Glibc
import TestSupport
import Testing

/// Disks that are really full, or can't be written to at all.
@Suite(.networkNamespace) struct DiskTests {
    @Test func `with little room left, an apply is done or says what is missing`() throws {
        let disk = try SmallDisk(pages: 500)
        let installation = disk.installation
        try installation.expect(0, "apply", installation.first)
        var (done, failed) = (0, 0)
        for pages in stride(from: 0, to: 14, by: 2) {
            try disk.fill(butFor: pages)
            let before = try installation.contents()
            let policy = pages % 4 == 0 ? installation.second : installation.first
            let ending = try installation.redirctl("apply", policy)
            let comment: Comment = "\(pages) pages: \(ending.errors)"
            switch ending.status {
            case 0: done += 1
            case 1:
                failed += 1
                #expect(ending.hasFailedPlainly, comment)
                #expect(ending.errors.contains("/mnt/state"), comment)
                #expect(ending.errors.contains("No space left on device"), comment)
                if try installation.contents() != before {
                    #expect(ending.errors.contains("error: the kernel has generation"), comment)
                }
            default: Issue.record(comment)
            }
            // Full or not: what is live is known, and can be brought back.
            #expect(try installation.redirctl("check").status == 0, comment)
            try installation.nft("flush ruleset")
            #expect(try installation.redirctl("check").status == 2, comment)
            try disk.fill(butFor: 1)
            try installation.expect(0, "apply", "--restore")
            try installation.expect(0, "check")
            try disk.run("rm", "\(SmallDisk.place)/fill")
            try installation.expect(0, "apply", policy)
            try installation.expectOrder(comment)
        }
        #expect(done > 0)
        #expect(failed > 0)
    }

    @Test func `on a disk that has become read-only, only a restore is possible`() throws {
        let disk = try SmallDisk(pages: 100)
        let installation = disk.installation
        try installation.expect(0, "apply", installation.first)
        let before = try installation.contents()
        try disk.run("mount", "-o", "remount,bind,ro", SmallDisk.place)
        for arguments in [["apply", installation.second], ["remove"]] {
            let ending = try Program.run(installation.words(arguments))
            #expect(ending.hasFailedPlainly)
            #expect(ending.errors.contains("/mnt/state"))
            #expect(ending.errors.contains("Read-only file system"))
            #expect(
                ending.errors.contains("was not sent to the kernel, because it can't be recorded")
            )
            #expect(try installation.contents() == before)
        }
        try installation.expect(0, "check")
        try installation.expect(0, "apply", installation.first)
        try installation.nft("flush ruleset")
        try installation.expect(2, "check")
        try installation.expect(0, "apply", "--restore")
        try installation.expectOrder()
        try disk.run("mount", "-o", "remount,bind,rw", SmallDisk.place)
        try installation.expect(0, "apply", installation.second)
        try installation.expectOrder()
        #expect(try installation.store.numbers() == [1, 2])
    }

    @Test func `a trial ends on a disk that has become read-only, too`() throws {
        let disk = try SmallDisk(pages: 100)
        let installation = disk.installation
        try installation.expect(0, "apply", installation.first)
        let before = try installation.contents()
        let words = ["--confirm-within", "1h"]
        for command in ["confirm", "extend", "cancel"] {
            let start = ["apply", installation.second] + words
            #expect(try Program.run(installation.words(start)).status == 0)
            let during = try installation.contents()
            try disk.run("mount", "-o", "remount,bind,ro", SmallDisk.place)
            let ending = try installation.redirctl(command)
            #expect(ending.hasFailedPlainly, "\(command): \(ending.errors)")
            #expect(ending.errors.contains("Read-only file system"))
            let truth =
                command == "cancel"
                ? "is over, and the state of generation 1 is restored, but that could not be noted on disk"
                : "nothing was changed, because it can't be recorded; generation"
            #expect(ending.errors.contains(truth), "\(command): \(ending.errors)")
            #expect(try installation.contents() == (command == "cancel" ? before : during))
            if command != "cancel" {
                try installation.nft("delete element inet redirctl lease { ipv4, ipv6 }")
            }
            try installation.expect(0, "check")
            try installation.expect(0, "apply", "--restore")
            #expect(try installation.contents() == before)
            try disk.run("mount", "-o", "remount,bind,rw", SmallDisk.place)
            try installation.expect(0, "apply", "--restore")
            try installation.expectOrder()
            let history = try installation.redirctl("history").output
            #expect(!history.contains("on trial until"), "\(history)")
        }
    }

    @Test func `where there can be no store, nothing is applied`() throws {
        let disk = try SmallDisk(pages: 100)
        try disk.run("mount", "-o", "remount,bind,ro", SmallDisk.place)
        let ending = try disk.installation.redirctl("apply", disk.installation.first)
        #expect(ending.hasFailedPlainly)
        #expect(ending.errors.contains("mkdir: Read-only file system"))
        #expect(try disk.installation.contents() == nil)
    }
}
