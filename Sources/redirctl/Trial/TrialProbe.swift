import Generations

/// A command of the operator's that says whether a candidate works.
struct TrialProbe {
    let command: String
    let watch: TrialWatch

    /// Runs it against the trial, and ends the trial where it fails or takes too long.
    func run() throws -> ExitStatus {
        let child = try ChildProcess(["/bin/sh", "-c", command])
        var interruption = Interruption()
        while true {
            if let status = child.poll() { return try judge(status) }
            if interruption.came(within: 50) {
                child.end()
                watch.tellThatItGoesOn()
                return .failed
            }
            switch try watch.progress {
            case .goesOn, .confirmed: continue
            case .over, .ended:
                child.end()
                return try watch.tellTheEnd(because: "the probe had not ended by then")
            }
        }
    }

    private func judge(_ status: Int32) throws -> ExitStatus {
        guard status != 0 else {
            watch.console.note("the probe succeeded; the trial goes on until it is confirmed")
            return .done
        }
        return try watch.cancel(because: "the probe ended with status \(status)")
    }
}
