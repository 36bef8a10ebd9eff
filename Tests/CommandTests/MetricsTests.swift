import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// `check --metrics FILE`, as the client library of Prometheus reads the file.
@Suite(.networkNamespace) struct MetricsTests {
    let scratch: Scratch
    let machine = Lab().machine
    private let file: String

    init() throws {
        scratch = try Scratch()
        file = "\(scratch.directory)/redirctl.prom"
    }

    /// Every value in the file, by its name with the labels that are not those of the table.
    private func metrics() throws -> [String: Double] {
        let program = """
            import json, sys
            from prometheus_client.parser import text_fd_to_metric_families as families
            values = {}
            for family in families(open(sys.argv[1])):
                assert family.documentation and family.type in ("gauge", "counter"), family
                for sample in family.samples:
                    others = [v for k, v in sample.labels.items() if k not in ("netns", "table")]
                    name = " ".join([sample.name, sample.labels["table"]] + others)
                    assert name not in values, name
                    values[name] = sample.value
            print(json.dumps(values))
            """
        let ending = try Program.run(["/usr/bin/python3", "-c", program, file])
        #expect(ending.status == 0, "\(ending)")
        return try JSONDecoder().decode([String: Double].self, from: Data(ending.output.utf8))
    }

    private func check(_ words: String...) throws -> Program.Ending {
        try scratch.redirctl(["check", "--metrics", file] + words)
    }

    private func apply() throws {
        let policy = try scratch.policy(["web": (80, 8080), "dns": (53, 5353)])
        #expect(try scratch.redirctl("apply", policy).status == 0)
    }

    @Test func `all is well, and two connections were counted`() throws {
        try apply()
        for _ in 0..<2 { _ = try? machine.run("bash", "-c", "echo > /dev/tcp/127.0.0.1/80") }
        let start = Double(time(nil))
        #expect(try check().status == 0)
        let metrics = try metrics()
        #expect(metrics["redirctl_check_success redirctl"] == 1)
        #expect(metrics["redirctl_drifted redirctl"] == 0)
        #expect(metrics["redirctl_generation redirctl"] == 1)
        #expect(metrics["redirctl_on_trial redirctl"] == 0)
        #expect(metrics["redirctl_redirect_connections_total redirctl web"] == 2)
        #expect(metrics["redirctl_redirect_connections_total redirctl dns"] == 0)
        #expect(metrics["redirctl_redirect_first_packet_bytes_total redirctl web"] == 120)
        #expect(try #require(metrics["redirctl_last_verified_timestamp_seconds redirctl"]) >= start)
        let reasons = metrics.filter { $0.key.hasPrefix("redirctl_drift_items ") }
        #expect(reasons.count == 13 && reasons.values.allSatisfy { $0 == 0 })
        #expect(metrics["redirctl_last_restored_timestamp_seconds redirctl"] == nil)
    }

    @Test func `drift is counted by reason, and a healing ends it`() throws {
        try apply()
        #expect(try check().status == 0)
        let before = try metrics()["redirctl_last_verified_timestamp_seconds redirctl"]
        try machine.run("nft", "flush", "chain", "inet", "redirctl", "prerouting")
        try machine.run("nft", "flush", "chain", "inet", "redirctl", "output")
        try machine.run("nft", "add", "rule", "inet", "redirctl", "output", "counter")
        #expect(try check().status == 2)
        let drifted = try metrics()
        #expect(drifted["redirctl_drifted redirctl"] == 1)
        #expect(drifted["redirctl_drift_items redirctl foreign_object"] == 1)
        #expect(drifted["redirctl_drift_items redirctl redirect_missing"] == 2)
        #expect(drifted["redirctl_redirect_connections_total redirctl web"] == nil)
        #expect(drifted["redirctl_last_verified_timestamp_seconds redirctl"] == before)
        #expect(try check("--heal").status == 0)
        let healed = try metrics()
        #expect(healed["redirctl_drifted redirctl"] == 0)
        #expect(healed["redirctl_drift_items redirctl foreign_object"] == 1)
        #expect(healed["redirctl_redirect_connections_total redirctl web"] == 0)
        #expect(healed["redirctl_last_restored_timestamp_seconds redirctl"] != nil)
        #expect(try check().status == 0)
        #expect(try metrics()["redirctl_drift_items redirctl foreign_object"] == 0)
    }

    @Test func `what can't be compared is no success`() throws {
        #expect(try check().status == 1)
        #expect(try metrics()["redirctl_check_success redirctl"] == 0)
        #expect(try metrics()["redirctl_drifted redirctl"] == nil)
    }

    @Test func `all tables are in one file, each metric in one block`() throws {
        try apply()
        let edge = try scratch.file(
            "edge.yaml",
            "version: 1\nsettings: {table: edge}\nredirects:\n  - {name: a, direction: outbound, "
                + "match: {protocol: tcp, destination: {port: 81}}, to: {port: 8081}}\n"
        )
        _ = try scratch.redirctl("apply", edge, "--confirm-within", "60s")
        #expect(try check("--all-tables").status == 0)
        let metrics = try metrics()
        #expect(metrics["redirctl_on_trial edge"] == 1)
        #expect(metrics["redirctl_trial_deadline_timestamp_seconds edge"] != nil)
        #expect(metrics["redirctl_redirect_connections_total edge a"] == 0)
        #expect(metrics["redirctl_generation redirctl"] == 1)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.split(separator: "# TYPE redirctl_generation gauge").count == 2)
        _ = try scratch.redirctl("cancel", "--table", "edge")
    }

    @Test func `the file is readable, and never replaces what is no file`() throws {
        try apply()
        #expect(try check().status == 0)
        var status = stat()
        #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o644)
        #expect(try scratch.redirctl("check", "--metrics", "/dev/null").status == 1)
        #expect(try scratch.redirctl("check", "--metrics", scratch.directory).status == 1)
        #expect(try scratch.redirctl("check", "--metrics", "-").status == 64)
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    @Test func `drift is told though the metrics can't be written`() throws {
        try apply()
        try machine.run("nft", "flush", "ruleset")
        let ending = try scratch.redirctl("check", "--metrics", "/nowhere/redirctl.prom")
        #expect(ending.status == 2)
        #expect(ending.output.contains("the table is gone"))
        #expect(ending.errors.contains("/nowhere/redirctl.prom can't be written"))
    }
}
