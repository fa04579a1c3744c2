using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using Orleans.Runtime;

namespace NetIdGrains.AuthorityTests;

/// <summary>A wallet that goes on trying until it has a definite answer, as a person's would.</summary>
internal sealed class SimulatedWallet(SimulatedAuthority authority)
{
    private readonly DeterministicSigner _device = DeterministicSigner.Any(authority.Random);
    private readonly DeterministicSigner _holder = DeterministicSigner.Any(authority.Random);
    private const string Password = "24681357";
    private int _nonces;

    public IssuedCredentials? Credentials { get; private set; }

    /// <summary>The latest.</summary>
    public string? Application { get; private set; }

    /// <summary>Whatever the crashes: the refusal, or none and <see cref="Credentials"/>.</summary>
    public async Task<Refusal> ApplyAsync(string number, string name)
    {
        var application = Application = authority.References.NewApplication(out _);
        var standing = await AgreeAsync(application);
        if (standing.Value is not null)
            standing = await DocumentAsync(application, number, name);
        if (standing.Value is not null)
            standing = await CompleteAsync(application);
        Credentials = standing.Value?.Issued;
        return standing.Refusal;
    }

    public Task<Answer<ApplicationStanding>> AgreeAsync(string application) => TakeAsync(application, "agree", new JsonObject
    {
        ["notice"] = authority.Options.Notice.Hash,
        ["consents"] = new JsonArray("application", "document-number"),
        ["device_key"] = JsonNode.Parse(_device.PublicKey.ToJwk()),
    });

    public Task<Answer<ApplicationStanding>> DocumentAsync(string application, string number, string name) =>
        TakeAsync(application, "document", new JsonObject { ["kind"] = "resident-id", ["number"] = number, ["name"] = name });

    /// <summary>Hands the very same command in until the answer is definite.</summary>
    public async Task<Answer<ApplicationStanding>> TakeAsync(string application, string command, JsonObject body, string? factors = null)
    {
        var jws = SignedCommand.Sign(
            command,
            body,
            authority.Issuer,
            $"{application}.nonce-{++_nonces:d16}",
            _device.PublicKey.Thumbprint,
            authority.World.Time.GetUtcNow(),
            _device);
        Answer<ApplicationStanding> answer;
        do
            answer = await TryAsync(() => authority.Grains.GetGrain<IApplicationGrain>(application).Take(new TakeStep(jws, factors), default));
        while (answer.Refusal is Refusal.Unavailable or Refusal.RegisterUnavailable);
        return answer;
    }

    public async Task<Answer<ApplicationStanding>> CompleteAsync(string application)
    {
        var factors = SealedFactors.Seal(authority.Keys.Factors.PublicKey, new Factors(Password, Face: null), application, authority.Random);
        return await TakeAsync(
            application,
            "complete",
            new JsonObject
            {
                ["holder_key_proofs"] = new JsonArray(KeyProof.Create(authority.Issuer, application, authority.World.Time.GetUtcNow(), _holder)),
                ["factors"] = SealedFactors.DigestOf(factors),
            },
            factors);
    }

    /// <summary>Freezes or unfreezes; returns when it is acknowledged.</summary>
    public async Task ExecuteAsync(string command)
    {
        var (nonce, body) = ($"nonce-{++_nonces:d16}", new JsonObject());
        string? factors = null;
        if (command == "unfreeze")
        {
            factors = SealedFactors.Seal(authority.Keys.Factors.PublicKey, new Factors(Password, Face: null), nonce, authority.Random);
            body["factors"] = SealedFactors.DigestOf(factors);
        }

        var jws = SignedCommand.Sign(command, body, authority.Issuer, nonce, Credentials!.Device, authority.World.Time.GetUtcNow(), _device);
        if (!authority.References.TryOpenDevice(Credentials.Device, out var person, out var number))
            throw new InvalidOperationException("The device id does not open.");
        while (true)
        {
            var answer = await TryAsync(() => authority.Grains.GetGrain<ICitizenGrain>(person).Execute(new WalletCommand(jws, number, factors)));
            if (answer.Refusal == Refusal.None)
                return;
            if (answer.Refusal != Refusal.Unavailable)
                throw new InvalidOperationException($"Refused: {answer.Refusal}");
        }
    }

    /// <summary>Asks for another Net ID, once, whatever comes of it.</summary>
    public async Task<Refusal> ChangeNetIdAsync()
    {
        var (nonce, now) = ($"nonce-{++_nonces:d16}", authority.World.Time.GetUtcNow());
        var factors = SealedFactors.Seal(authority.Keys.Factors.PublicKey, new Factors(Password, Face: null), nonce, authority.Random);
        var body = new JsonObject
        {
            ["holder_key_proofs"] = new JsonArray(KeyProof.Create(authority.Issuer, nonce, now, _holder)),
            ["factors"] = SealedFactors.DigestOf(factors),
        };
        var jws = SignedCommand.Sign("change-net-id", body, authority.Issuer, nonce, Credentials!.Device, now, _device);
        if (!authority.References.TryOpenDevice(Credentials.Device, out var person, out var number))
            throw new InvalidOperationException("The device id does not open.");
        var answer = await TryAsync(() => authority.Grains.GetGrain<ICitizenGrain>(person).Execute(new WalletCommand(jws, number, factors)));
        return answer.Refusal;
    }

    /// <summary>Cancels: hands the very same command in until it is answered.</summary>
    public async Task<Departure> LeaveAsync()
    {
        var nonce = $"nonce-{++_nonces:d16}";
        var factors = SealedFactors.Seal(authority.Keys.Factors.PublicKey, new Factors(Password, Face: null), nonce, authority.Random);
        var body = new JsonObject { ["factors"] = SealedFactors.DigestOf(factors) };
        var jws = SignedCommand.Sign("cancel", body, authority.Issuer, nonce, Credentials!.Device, authority.World.Time.GetUtcNow(), _device);
        if (!authority.References.TryOpenDevice(Credentials.Device, out var person, out var number))
            throw new InvalidOperationException("The device id does not open.");
        while (true)
        {
            var command = new LeaveCommand(person, new WalletCommand(jws, number, factors), Guardian: null);
            var answer = await TryAsync(() => LeavingGrain.Of(authority.Grains, authority.References, person).Leave(command));
            if (answer.Value is { } departure)
                return departure;
            if (answer.Refusal != Refusal.Unavailable)
                throw new InvalidOperationException($"Refused: {answer.Refusal}");
        }
    }

    /// <summary>Approves or denies all of what is asked; how it stands when that is definite, or the refusal.</summary>
    public async Task<Answer<Decided>> DecideAsync(string transaction, string command)
    {
        if (!authority.References.TryOpenDevice(Credentials!.Device, out var person, out var number))
            throw new InvalidOperationException("The device id does not open.");
        while (true)
        {
            var body = command == "deny" ? new JsonObject { ["transaction"] = transaction } : new JsonObject
            {
                ["transaction"] = transaction,
                ["platform"] = "shop",
                ["service"] = "login",
                ["purpose"] = "Login",
                ["mode"] = "R01",
                ["fields"] = new JsonArray(),
                ["predicates"] = new JsonArray(),
            };
            var jws = SignedCommand.Sign(
                command, body, authority.Issuer, $"nonce-{++_nonces:d16}", Credentials.Device, authority.World.Time.GetUtcNow(), _device);
            Answer<Decided> answer;
            do
                answer = await TryAsync(() => authority.Grains.GetGrain<IVerificationGrain>(transaction).Decide(new WalletDecision(jws, null, person, number), default));
            while (answer.Refusal == Refusal.Unavailable);
            if (answer.Refusal != Refusal.CommandReplayed) // after another command a repeat is signed anew
                return answer;
        }
    }

    /// <summary>One verification, repeated under its sequence number until it is answered, and once more: the same answer, whatever crashed.</summary>
    public async Task<VerificationAnswer> VerifyAsync(string platform, string sequenceNumber)
    {
        const string Nonce = "a nonce of the platform";
        var presentation = HolderPresentation.Create(
            Credentials!.Certificates[0], [], platform, VerificationRules.SignedNonce(sequenceNumber, Nonce), authority.World.Time.GetUtcNow(), _holder);
        if (!Presentation.TryParse(presentation, out var parsed, out _))
            throw new InvalidOperationException("Our own presentation does not parse.");
        var ask = new VerificationAsk(platform, platform, "login", "Login", "Contract", sequenceNumber, "R01", [], [], Identifier: null);
        var request = new VerifyCertificate(ask, Nonce, presentation);
        var first = await AnsweredAsync(parsed.Serial, request);
        var repeated = await AnsweredAsync(parsed.Serial, request);
        return repeated with { Assurance = first.Assurance } == first
            ? first
            : throw new InvalidOperationException("A repeat was answered otherwise: it happened twice.");
    }

    private async Task<VerificationAnswer> AnsweredAsync(string serial, VerifyCertificate request)
    {
        while (true)
        {
            var answer = await TryAsync(() => authority.Grains.GetGrain<INetCertificateGrain>(serial).Verify(request, default));
            if (answer.Refusal == Refusal.None)
                return answer.Value!;
            if (answer.Refusal != Refusal.Unavailable)
                throw new InvalidOperationException($"Refused: {answer.Refusal}");
        }
    }

    public async Task<Answer<T>> TryAsync<T>(Func<Task<Answer<T>>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (exception is OrleansException or IOException or TimeoutException)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(authority.World.Chance.Next(1, 50)), authority.World.Time);
            return Refusal.Unavailable; // as the front door says it
        }
    }
}
