using System.Diagnostics.CodeAnalysis;

namespace NetIdGrains.FrontDoor;

/// <summary>Who lives in the sandbox. Their wallets reach the authority over its socket, so that they know it wherever it listens.</summary>
internal sealed class Personas : IDisposable
{
    private readonly HttpClient _http;
    private readonly Persona _cancelled;
    private readonly List<Persona> _all;

    public Personas(string operatorSocket, TimeProvider time)
    {
        _http = new HttpClient(OperatorSocket.Handler(operatorSocket)) { BaseAddress = new Uri("http://authority") };
        Persona New(string name, string number, string person, string about, bool isWilling = true) =>
            new(new ConstructedPerson(number, person), name, about, isWilling, new DevelopmentWallet(_http, time), time);
        _all =
        [
            New("adult", "139901199106060233", "付梅学", "says yes to everything that is asked, with password and face where the mode wants them"),
            New("frozen", "549901198701180477", "肖嘉萱", "has frozen everything: direct and code verifications fail, an approval is refused as citizen-frozen"),
            New("refuses-consent", "469901198704190654", "钱然伟", "hands platforms nothing and denies what it is asked", isWilling: false),
            New(
                "cancelled",
                "44990119840131058X",
                "尹佑华",
                "was enrolled, and its data key is deleted: verifications fail, an approval is refused as device-unknown, a QR as qr-malformed"),
        ];
        _cancelled = _all[^1];
    }

    public IReadOnlyList<Persona> All => _all;

    public bool TryFind(string name, [NotNullWhen(true)] out Persona? persona) => (persona = _all.Find(known => known.Name == name)) is not null;

    /// <summary>Before the others: everyone enrolled by then is forgotten when the authority has stopped.</summary>
    public Task EnrolCancelledAsync() => _cancelled.EnrolAsync();

    public async Task EnrolOthersAsync()
    {
        foreach (var persona in _all.Where(persona => persona != _cancelled))
            await persona.EnrolAsync();
        await _all.Single(persona => persona.Name == "frozen").FreezeAsync();
    }

    public void Dispose()
    {
        _all.ForEach(persona => persona.Dispose());
        _http.Dispose();
    }
}
