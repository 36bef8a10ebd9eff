import Addressing
import Glibc
import TestSupport
import Testing

/// A machine with redirects, and what `doctor` finds about it.
struct DoctorLab {
    let scratch: Scratch
    let lab: Lab

    /// One finding, as JSON says it.
    struct Finding: Equatable {
        let code: String
        let isCertain: Bool
        let redirects: [String]
        let sentence: String
        let command: String?
        let advice: String?

        init(_ json: JSON) {
            func text(_ value: JSON) -> String? {
                if case .text(let text) = value { text } else { nil }
            }
            code = text(json["code"]) ?? ""
            isCertain = json["certain"] == .bool(true)
            redirects = json["redirects"].elements.compactMap(text)
            sentence = text(json["sentence"]) ?? ""
            command = text(json["remedy", "command"])
            advice = text(json["remedy", "advice"])
        }
    }

    init(_ lab: Lab) throws {
        scratch = try Scratch()
        self.lab = lab
        try lab.machine.ip(["link set lo up"])
    }

    /// Applies a policy of redirects that are written without the keys around them.
    func apply(_ redirects: String) throws {
        let path = try scratch.file("policy.yaml", "version: 1\nredirects:\n\(redirects)\n")
        let ending = try scratch.redirctl("apply", path)
        try #require(ending.status == 0, "\(ending.errors)")
    }

    /// Carries out a command line.
    static func shell(_ line: String) throws {
        let ending = try Program.run(["sh", "-c", line])
        try #require(ending.status == 0, "\(line): \(ending.errors)")
    }

    /// What `doctor` finds about the policy in effect; its exit status must say the same.
    func findings() throws -> [Finding] {
        let ending = try scratch.redirctl("doctor", "--format", "json")
        let findings = try JSON(ending.output)["findings"].elements.map { Finding($0) }
        #expect(ending.status == (findings.isEmpty ? 0 : 2), "\(ending)")
        return findings
    }

    /// Shows that connections fail, `doctor` has one reason, and its command mends them.
    ///
    /// - Parameters:
    ///   - code: The kind of the finding.
    ///   - redirect: The redirect that it is about; empty if it is about all.
    ///   - isCertain: Whether it must say that connections will not work.
    ///   - mend: What is done instead of the command, for findings without one.
    ///   - works: Whether a connection arrives.
    /// - Returns: The finding.
    /// - Throws: If nothing is found, or a command can't be run.
    @discardableResult
    func expectMended(
        _ code: String,
        of redirect: String,
        isCertain: Bool = true,
        by mend: ((Finding) throws -> Void)? = nil,
        _ works: () throws -> Bool
    ) throws -> Finding {
        #expect(try !works(), "it works before the mend")
        let before = try findings()
        let finding = try #require(before.first, "nothing is found")
        #expect(before.map(\.code) == [code], "\(before)")
        #expect(finding.redirects == (redirect.isEmpty ? [] : [redirect]))
        #expect(finding.isCertain == isCertain)
        if let mend {
            try mend(finding)
        } else {
            try Self.shell(try #require(finding.command, "\(finding)"))
        }
        #expect(try works(), "it does not work after the mend")
        #expect(try findings().isEmpty)
        return finding
    }
}

extension LabHost {
    /// Whether a server answers there.
    func reaches(_ target: String, _ transport: TransportProtocol = .tcp) throws -> Bool {
        // Most failures are silent, and a machine that is busy answers late all the same.
        for patience in [500, 4000] {
            switch try ask(transport, target, patience: patience) {
            case .reached: return true
            case .silence: continue
            case .refused, .failed: return false
            }
        }
        return false
    }
}
