import Glibc
import TestSupport
import Testing

/// Attacks of another user on what root does: policies, what they name, plans, the store, the probe.
///
/// Nobody plays the attacker. What is not an attack must work as it did.
@Suite(
    .networkNamespace,
    .enabled(if: LabIdentity.isFree, "only root of the machine can give files away")
)
struct TrustTests {
    static let nobody: UInt32 = 65_534

    let scratch: Scratch
    let machine = Lab().machine

    init() throws {
        scratch = try Scratch()
        // Else no attacker could get here.
        chmod(scratch.directory, 0o755)
    }

    static func redirect(_ name: String = "web") -> String {
        """
        version: 1
        redirects:
          - name: \(name)
            direction: outbound
            match: {protocol: tcp, destination: {port: 80}}
            to: {port: 8080}

        """
    }

    private func expectNothing(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let tables = try machine.run("nft", "list", "tables")
        #expect(tables.isEmpty, sourceLocation: sourceLocation)
    }

    private func run(
        _ words: String...,
        as caller: String? = nil
    ) throws -> Program.Ending {
        let sudo = caller.map { ["env", "SUDO_UID=\($0)", "SUDO_USER=\u{1B}[2Jx"] } ?? []
        let state = ["--state-dir", "\(scratch.directory)/state"]
        return try Program.run(sudo + [Program.path] + words + state)
    }

    // MARK: - Policies

    @Test(arguments: Attack.all)
    func `what others can change is not applied, but can be looked at`(attack: Attack) throws {
        let place = try Attack.Place(scratch)
        let policy = try attack.prepare(place)
        let held = try Program.run([Program.path, "run", policy, "--", "true"])
        let apply = try run("apply", policy)
        let look = try Scratch.redirctl("validate", policy)
        let plan = try run("plan", policy)
        guard let component = attack.component else {
            #expect([apply, held, look, plan].map(\.status) == [0, 0, 0, 0], "\(apply.errors)")
            #expect([apply, held, look, plan].allSatisfy { !$0.errors.contains("unsafe-perm") })
            return
        }
        for ending in [apply, held] {
            #expect(ending.status == 1)
            #expect(ending.errors.contains("error[unsafe-permissions]: "), "\(ending.errors)")
            #expect(ending.errors.contains("\(place.directory)/\(component) "), "\(ending.errors)")
            #expect(ending.errors.contains(attack.reason), "\(ending.errors)")
        }
        try expectNothing()
        for ending in [look, plan] {
            #expect(ending.status == 0)
            #expect(ending.errors.contains("warning[unsafe-permissions]: "))
        }
        #expect(try run("apply", policy, "--allow-unsafe-permissions").status == 0)
    }

    @Test(arguments: Attack.all.filter { $0.component != nil })
    func `what belongs to whoever called sudo is applied, with a word on it`(
        attack: Attack
    ) throws {
        let place = try Attack.Place(scratch)
        let policy = try attack.prepare(place)
        for stranger in ["1000", "+65534", "065534", " 65534", "4294967295", ""] {
            #expect(try run("apply", policy, as: stranger).status == 1, "\(stranger)")
        }
        let ending = try run("apply", policy, as: "65534")
        guard attack.reason.contains("belongs") else {
            #expect(ending.status == 1)
            try expectNothing()
            return
        }
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.errors.contains("belongs to nobody (uid 65534), who called sudo"))
        #expect(ending.errors.contains("note: ") && !ending.errors.contains("\u{1B}"))
        #expect(try !run("plan", policy, as: "65534").errors.contains("unsafe-permissions"))
        // Where sudo makes somebody else than root of its caller, that is no word for the caller.
        let words = [
            "setpriv", "--reuid=2000", "--clear-groups", "--ambient-caps=+net_admin",
            "--inh-caps=+net_admin", "env", "SUDO_UID=65534", Program.path, "apply", policy,
        ]
        let refusal = try Program.run(words + ["--state-dir", "/nowhere"])
        #expect(refusal.status == 1)
        #expect(refusal.errors.contains("unsafe-permissions"), "\(refusal.errors)")
    }

    @Test func `a directory that is mounted below itself hides none above it`() throws {
        let home = "\(scratch.directory)/home"
        try LabCommand.run(["mkdir", "-p", "\(home)/a/b"])
        try TestFile.write(Array(Self.redirect().utf8), to: "\(home)/a/web.yaml")
        chown(home, Self.nobody, 0)
        let words = """
            mount --bind \(home)/a \(home)/a/b && cd \(home)/a/b &&
            \(Program.path) apply web.yaml --state-dir \(scratch.directory)/state
            """
        let ending = try Program.run(["unshare", "--mount", "sh", "-c", words])
        #expect(ending.status == 1)
        #expect(ending.errors.contains("unsafe-permissions"), "\(ending.errors)")
        try expectNothing()
    }

    @Test func `nothing of proc is a policy, whatever is said of permissions`() throws {
        let file = try scratch.file("victim.yaml", Self.redirect())
        let link = "\(scratch.directory)/magic.yaml"
        #expect(symlink("/proc/self/root\(file)", link) == 0)
        let policies = [
            link, "/proc/self/root\(file)", "/proc/\(getpid())/root\(file)",
            "/proc/\(getpid())/cmdline",
            try scratch.file("main.yaml", "{version: 1, include: [magic.yaml]}\n"),
            try scratch.file("glob.yaml", "{version: 1, include: [magi*.yaml]}\n"),
        ]
        for policy in policies {
            for words in [["apply"], ["apply", "--allow-unsafe-permissions"], ["validate"]] {
                let state =
                    words[0] == "apply" ? ["--state-dir", "\(scratch.directory)/state"] : []
                let ending = try Program.run([Program.path] + words + [policy] + state)
                #expect(ending.status == 1)
                #expect(ending.errors.contains("is a file or link of /proc"), "\(ending.errors)")
            }
        }
        try expectNothing()
    }

    @Test func `a file of proc that is bound over another is none either`() throws {
        let file = try scratch.file("victim.yaml", Self.redirect())
        let ending = try Program.run([
            "unshare", "--mount", "sh", "-c",
            "mount --bind /proc/version \(file) && \(Program.path) apply \(file)",
        ])
        #expect(ending.status == 1)
        #expect(ending.errors.contains("\(file) is a file or link of /proc"))
        try expectNothing()
    }

    @Test func `a file that is too large or no file at all costs nothing`() throws {
        let large = try scratch.file("large.yaml", "{")
        #expect(truncate(large, 3 << 30) == 0)
        #expect(mkfifo("\(scratch.directory)/pipe", 0o600) == 0)
        chown(large, Self.nobody, 0)
        for policy in [large, "\(scratch.directory)/pipe", "/dev/zero", scratch.directory] {
            let start = ContinuousClock.now
            #expect(try run("apply", policy).status == 1)
            #expect(try run("apply", policy, "--allow-unsafe-permissions").status == 1)
            #expect(ContinuousClock.now - start < .seconds(10), "\(policy)")
        }
    }

    @Test func `a relative path is as safe as the working directory`() throws {
        let file = try scratch.file("web.yaml", Self.redirect())
        func apply() throws -> Program.Ending {
            let words =
                "cd \(scratch.directory) && \(Program.path) apply web.yaml --state-dir state"
            return try Program.run(["sh", "-c", words])
        }
        chown(scratch.directory, Self.nobody, 0)
        let refused = try apply()
        #expect(refused.status == 1)
        #expect(refused.errors.contains("error[unsafe-permissions]: \(scratch.directory) belongs"))
        #expect(refused.errors.contains("move the policy to a directory that only root can change"))
        chown(scratch.directory, 0, 0)
        #expect(try apply().status == 0)
        #expect(try run("history").output.contains("apply \(file)"))
    }

    @Test func `what a shell hands over is the caller's`() throws {
        let file = try scratch.file("web.yaml", Self.redirect())
        chown(file, Self.nobody, 0)
        let state = "--state-dir \(scratch.directory)/state"
        for words in [
            "validate <(cat \(file))", "plan <(cat \(file)) \(state)",
            "apply <(cat \(file)) \(state)", "apply - \(state) < \(file)",
            "apply /dev/stdin \(state) < \(file)", "apply /proc/self/fd/9 \(state) 9< \(file)",
        ] {
            let ending = try Program.run(["bash", "-c", "\(Program.path) \(words)"])
            #expect(ending.status == 0, "\(words): \(ending.errors)")
        }
        let saved = try Program.run([
            "bash", "-c", "\(Program.path) plan <(cat \(file)) --out \(scratch.directory)/x",
        ])
        #expect(saved.status == 64)
    }

    // MARK: - User namespaces

    @Test func `nobody is trusted only where nobody has that number`() throws {
        let file = try scratch.file("web.yaml", Self.redirect())
        chown(file, Self.nobody, 0)
        /// As root of a user namespace that knows so many of the machine's users.
        func apply(users count: Int) throws -> Program.Ending {
            let (gate, map) = ("\(scratch.directory)/gate-\(count)", "0 0 \(count)")
            let inside = "read go < \(gate); exec \(Program.path) apply \(file) --state-dir state"
            // The gate is passed only from within the new namespace.
            let outside = """
                cd \(scratch.directory) && mkfifo \(gate)
                unshare --user --net sh -c '\(inside)' & exec 3> \(gate)
                echo \(map) > /proc/$!/uid_map; echo \(map) > /proc/$!/gid_map; echo go >&3; wait $!
                """
            return try Program.run(["sh", "-c", outside])
        }
        let mapped = try apply(users: 65_536)
        #expect(mapped.status == 1)
        #expect(mapped.errors.contains("\(file) belongs to user 65534"), "\(mapped.errors)")
        let unmapped = try apply(users: 1000)
        #expect(unmapped.status == 0, "\(unmapped.errors)")
    }

    // MARK: - Plans

    @Test(arguments: ["file", "mode", "directory", "link", "sudo"])
    func `a plan that others can change is not applied`(attack: String) throws {
        let policy = try scratch.file("web.yaml", Self.redirect())
        let plan = "\(scratch.directory)/home/saved.plan"
        let home = "\(scratch.directory)/home"
        #expect(mkdir(home, 0o755) == 0)
        #expect(try run("plan", policy, "--out", plan).status == 0)
        var path = plan
        switch attack {
        case "file": chown(plan, Self.nobody, 0)
        case "mode": chmod(plan, 0o664)
        case "link":
            path = "\(home)/link"
            rename(plan, "\(scratch.directory)/saved.plan")
            symlink("\(scratch.directory)/saved.plan", path)
            fallthrough
        default: chown(home, Self.nobody, 0)
        }
        for words in [[], ["--allow-unsafe-permissions"]] {
            let caller = attack == "sudo" ? ["env", "SUDO_UID=65534"] : []
            let ending = try Program.run(
                caller + [Program.path, "apply", path] + words
                    + ["--state-dir", "\(scratch.directory)/state"]
            )
            #expect(ending.status == 1)
            let isPlan = attack == "sudo" || !words.isEmpty
            #expect(
                ending.errors.contains(
                    isPlan ? "the plan \(path) was not applied: " : "unsafe-permissions"
                ),
                "\(ending.errors)"
            )
            let advice =
                if isPlan {
                    "make a new one where only root can write"
                } else if attack == "mode" {
                    "chmod go-w "
                } else if attack == "file" {
                    "chown root:root "
                } else {
                    "move the policy to a directory that only root can change"
                }
            #expect(ending.errors.contains(advice), "\(attack): \(ending.errors)")
        }
        try expectNothing()
    }

    @Test func `a plan is written to a file that nobody else has open, and no other is changed`()
        throws
    {
        let policy = try scratch.file("web.yaml", Self.redirect())
        let precious = try scratch.file("precious", "precious")
        chmod(precious, 0o600)
        let sticky = "\(scratch.directory)/sticky"
        #expect(mkdir(sticky, 0o755) == 0)
        chmod(sticky, 0o1777)
        for (name, isLink) in [("a", false), ("b", true)] {
            let planted = "\(sticky)/\(name).new"
            if isLink {
                #expect(symlink(precious, planted) == 0)
            } else {
                try TestFile.write([], to: planted)
            }
            #expect(lchown(planted, Self.nobody, 0) == 0)
            let plan = try run("plan", policy, "--out", "\(sticky)/\(name)")
            #expect(plan.status == 0 && !plan.errors.contains("warning"), "\(plan.errors)")
        }
        #expect(try TestFile.read(precious) == Array("precious".utf8))
        var status = stat()
        #expect(stat(precious, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(stat("\(sticky)/a", &status) == 0 && status.st_mode & 0o777 == 0o644)
        #expect(try run("apply", "\(sticky)/a").status == 0)
        chown(sticky, Self.nobody, 0)
        let warned = try run("plan", policy, "--out", "\(sticky)/c")
        #expect(warned.status == 0)
        let words = "warning: the plan is saved, but \(sticky) belongs to user 65534"
        #expect(warned.errors.contains(words))
        #expect(warned.errors.contains("so `apply` will refuse it"))
    }

    // MARK: - The store

    @Test(arguments: ["owner", "mode", "group", "link", "proc"])
    func `a store that others could replace is neither made, read nor believed`(
        attack: String
    ) throws {
        let policy = try scratch.file("web.yaml", Self.redirect())
        let parent = "\(scratch.directory)/parent"
        let victim = "\(scratch.directory)/victim"
        for directory in [parent, victim] { #expect(mkdir(directory, 0o755) == 0) }
        var state = "\(parent)/deep/state"
        var complaint = "\(parent) "
        switch attack {
        case "owner": chown(parent, Self.nobody, 0)
        case "mode": chmod(parent, 0o777)
        case "group": chmod(parent, 0o775)
        case "link":
            chmod(parent, 0o1777)
            #expect(symlink(victim, "\(parent)/deep") == 0)
            lchown("\(parent)/deep", Self.nobody, 0)
            complaint = "the link \(parent)/deep belongs to user 65534"
        default:
            state = "/proc/self/cwd/state"
            complaint = "/proc/self is in /proc"
        }
        for words in [
            ["apply", policy], ["check"], ["status"], ["history"], ["apply", "--restore"],
            ["plan", policy], ["rollback"], ["remove"],
        ] {
            let ending = try Program.run(
                ["env", "SUDO_UID=65534", Program.path] + words + ["--state-dir", state]
            )
            #expect(ending.status == 1, "\(words)")
            #expect(ending.errors.contains(complaint), "\(words): \(ending.errors)")
        }
        try expectNothing()
        #expect(access("\(parent)/deep/state", F_OK) != 0)
        #expect(try machine.run("ls", victim).isEmpty)
    }

    @Test func `a store below a sticky directory or reached by a link of root's is as good as any`()
        throws
    {
        let policy = try scratch.file("web.yaml", Self.redirect())
        let sticky = "\(scratch.directory)/sticky"
        #expect(mkdir(sticky, 0o755) == 0)
        chmod(sticky, 0o1777)
        #expect(symlink(sticky, "\(scratch.directory)/link") == 0)
        for state in ["\(sticky)/a/b", "\(scratch.directory)/link/a/b", "\(sticky)/../sticky/a/b"] {
            #expect(
                try Program.run([Program.path, "apply", policy, "--state-dir", state]).status == 0
            )
            #expect(try Program.run([Program.path, "check", "--state-dir", state]).status == 0)
        }
    }

    @Test func `the store itself must be root's own`() throws {
        let policy = try scratch.file("web.yaml", Self.redirect())
        _ = try run("apply", policy)
        chown("\(scratch.directory)/state", Self.nobody, 0)
        let ending = try run("check", as: "65534")
        #expect(ending.status == 1)
        #expect(ending.errors.contains("\(scratch.directory)/state belongs to user 65534"))
        #expect(ending.errors.contains("run `chown root:root \(scratch.directory)/state`"))
        chown("\(scratch.directory)/state", 0, 0)
        #expect(try run("check").status == 0)
    }

    // MARK: - The probe

    @Test func `a probe is run by the shell of the system`() throws {
        let policy = try scratch.file("web.yaml", Self.redirect())
        let trap = try scratch.file("sh", "#!/bin/sh\ntouch \(scratch.directory)/trapped\n")
        chmod(trap, 0o755)
        let ending = try Program.run([
            "env", "PATH=\(scratch.directory):/usr/bin:/bin", "SHELL=\(trap)", Program.path,
            "apply",
            policy, "--confirm-within", "60s", "--probe", "true", "--state-dir",
            "\(scratch.directory)/state",
        ])
        #expect(ending.errors.contains("the probe succeeded"), "\(ending.errors)")
        #expect(access("\(scratch.directory)/trapped", F_OK) != 0)
    }
}
