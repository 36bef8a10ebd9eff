import GenerationModel
import RulesetModel

/// Metrics in the text format of Prometheus, as the textfile collector of its node exporter reads them.
public struct MetricsText {
    /// The metrics.
    public let text: String

    /// Writes down the metrics of some tables; each metric has one block with all tables.
    public init(_ tables: [TableMetrics], at now: Timestamp) {
        text = Metric.all.map { $0.text(of: tables, at: now) }.joined()
    }
}

/// One value of a metric, with the labels that it has beside those of its table.
private struct Sample {
    var labels: KeyValuePairs<String, String> = [:]
    let value: String

    init(_ value: some BinaryInteger, _ labels: KeyValuePairs<String, String> = [:]) {
        (self.value, self.labels) = ("\(value)", labels)
    }

    init(_ value: Bool) { self.init(value ? 1 : 0) }
}

/// A metric: its name, kind and help, and its values for a table.
private struct Metric: Sendable {
    let name: String
    var isCounter = false
    let help: String
    let samples: @Sendable (TableMetrics, Timestamp) -> [Sample?]

    func text(of tables: [TableMetrics], at now: Timestamp) -> String {
        let lines = tables.flatMap { table in
            samples(table, now).compactMap(\.self).map { sample in
                let labels =
                    [("netns", table.netns), ("table", table.table)] + Array(sample.labels)
                let text = labels.map { "\($0.0)=\"\($0.1.escapedForMetrics)\"" }
                return "\(name){\(text.joined(separator: ","))} \(sample.value)\n"
            }
        }
        // A metric without a value is left out, as client libraries do.
        guard !lines.isEmpty else { return "" }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(isCounter ? "counter" : "gauge")\n"
            + lines.joined()
    }
}

extension Metric {
    static let all = [
        Metric(
            name: "redirctl_check_success",
            help: "Whether the table could be compared with what was applied."
        ) { table, _ in [Sample(table.check != nil)] },
        Metric(
            name: "redirctl_check_timestamp_seconds",
            help: "When the check was made."
        ) { _, now in [Sample(now.seconds)] },
        Metric(
            name: "redirctl_drifted",
            help: "Whether the table differs from what was applied, and was not healed."
        ) { table, _ in [table.check.map { _ in Sample(table.isStillDrifted) }] },
        Metric(
            name: "redirctl_drift_items",
            help: "What differs from what was applied, by reason; also what was healed."
        ) { table, _ in
            guard let check = table.check else { return [] }
            return DriftReason.allCases.map {
                Sample($0.count(in: check), ["reason": $0.rawValue])
            }
        },
        Metric(
            name: "redirctl_last_verified_timestamp_seconds",
            help: "When the table was last known to be as applied."
        ) { table, _ in [table.lastVerified.map { Sample($0) }] },
        Metric(
            name: "redirctl_last_restored_timestamp_seconds",
            help: "When the table was last brought back to what was applied."
        ) { table, _ in [table.lastRestored.map { Sample($0) }] },
        Metric(
            name: "redirctl_generation",
            help: "The number of the current generation."
        ) { table, _ in [table.check?.generation.map { Sample($0.number) }] },
        Metric(
            name: "redirctl_generation_timestamp_seconds",
            help: "When the current generation was made."
        ) { table, _ in [table.check?.generation.map { Sample($0.time) }] },
        Metric(
            name: "redirctl_on_trial",
            help: "Whether a generation is on trial."
        ) { table, _ in [table.check.map { Sample($0.trial != nil) }] },
        Metric(
            name: "redirctl_trial_deadline_timestamp_seconds",
            help: "When the trial ends unless it is confirmed."
        ) { table, _ in [table.check?.trial.map { Sample($0.deadline) }] },
        Metric(
            name: "redirctl_redirect_connections_total",
            isCounter: true,
            help: "The new connections that a redirect has redirected or bypassed."
        ) { table, _ in
            table.redirects.map { Sample($0.count.packets, ["redirect": $0.name]) }
        },
        Metric(
            name: "redirctl_redirect_first_packet_bytes_total",
            isCounter: true,
            help: "The bytes of the first packets of these connections; NAT sees no others."
        ) { table, _ in
            table.redirects.map { Sample($0.count.bytes, ["redirect": $0.name]) }
        },
    ]
}

extension String {
    /// The text as the value of a label.
    fileprivate var escapedForMetrics: String {
        replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
