namespace NetIdGrains.AuthorityTests;

/// <summary>The process dies and starts again, at moments that the world draws, until it is enough.</summary>
/// <param name="authority">Whose process.</param>
/// <param name="shortest">Between two deaths, in milliseconds.</param>
/// <param name="longest">The same.</param>
internal sealed class SimulatedTrouble(SimulatedAuthority authority, int shortest, int longest)
{
    private bool _over;
    private Task _running = Task.CompletedTask;

    public int Kills { get; private set; }

    public void Begin() => _running = RunAsync();

    public Task EndAsync()
    {
        _over = true;
        return _running;
    }

    private async Task RunAsync()
    {
        while (!_over)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(authority.World.Chance.Next(shortest, longest)), authority.World.Time);
            if (_over)
                return;
            await authority.KillAndRestartAsync();
            Kills++;
        }
    }
}
