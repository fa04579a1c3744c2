using System.Diagnostics.CodeAnalysis;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>Who lives in the sandbox. Their wallets reach the authority over its socket, so that they know it wherever it listens.</summary>
internal sealed class Personas : IDisposable
{
    private readonly HttpClient _http;
    private readonly List<Persona> _all;

    public Personas(string operatorSocket, TimeProvider time)
    {
        _http = new HttpClient(OperatorSocket.Handler(operatorSocket)) { BaseAddress = new Uri("http://authority") };
        var taken = new List<string>();
        Persona New(string name, string number, string person, string about, bool isWilling = true, string kind = "resident-id") =>
            new(Taken(new ConstructedPerson(number, person, kind)), name, about, isWilling, new DevelopmentWallet(_http, time), time);
        ConstructedPerson Taken(ConstructedPerson person)
        {
            taken.Add(person.Number);
            return person;
        }

        Persona Young(string name, int age, string about)
        {
            var family = DevelopmentFamily.WithChildOf(age, ChinaCalendar.Today(time.GetUtcNow()), taken);
            taken.Add(family.Child.Number);
            var guardian = new DevelopmentWallet(_http, time);
            var wallet = new DevelopmentWallet(_http, time, age < 14 ? guardian : null);
            return new(family.Child, name, about, isWilling: true, wallet, time, new PersonaGuardian(family.Guardian, guardian));
        }

        _all =
        [
            New("adult", "139901199106060233", "付梅学", "says yes to everything that is asked, with password and face where the mode wants them"),
            New("frozen", "549901198701180477", "肖嘉萱", "has frozen everything: direct and code verifications fail, an approval is refused as citizen-frozen"),
            New("refuses-consent", "469901198704190654", "钱然伟", "hands platforms nothing and denies what it is asked", isWilling: false),
            New(
                "cancelled",
                "44990119840131058X",
                "尹佑华",
                "was enrolled and has left: verifications fail, an approval is refused as device-unknown, a QR as qr-malformed"),
            New("foreigner", "911036199504190120", "SMITH JOHN", "has a foreign permanent resident ID card, and says yes to everything", kind: "foreign-pr-card"),
            Young("child", 13, "is 13: the guardian's wallet answers, and has agreed to the platform for a year, to the result alone"),
            Young("young", 17, "is 17: says yes to everything, for themselves"),
        ];
    }

    public IReadOnlyList<Persona> All => _all;

    public bool TryFind(string name, [NotNullWhen(true)] out Persona? persona) => (persona = _all.Find(known => known.Name == name)) is not null;

    /// <param name="platform">The one that the child's guardian agrees to.</param>
    public async Task EnrolAsync(string platform)
    {
        foreach (var persona in _all)
            await persona.EnrolAsync();
        await _all.Single(persona => persona.Name == "frozen").FreezeAsync();
        await _all.Single(persona => persona.Name == "child").ConsentAsync(platform);
        await _all.Single(persona => persona.Name == "cancelled").CancelAsync();
    }

    public void Dispose()
    {
        _all.ForEach(persona => persona.Dispose());
        _http.Dispose();
    }
}
